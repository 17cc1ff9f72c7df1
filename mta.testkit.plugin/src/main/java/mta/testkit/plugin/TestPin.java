package mta.testkit.plugin;

import mta.plugins.api.hooks.Pin;

/** A pin of the only plan there is; nothing hangs. */
public final class TestPin implements Pin {

    public static final Pin ONLY = new TestPin();

    private TestPin() {}

    @Override
    public long plan() {
        return 1;
    }

    @Override
    public void onHang(Runnable giveUp) {}

    @Override
    public void renew() {}

    @Override
    public void close() {}
}
