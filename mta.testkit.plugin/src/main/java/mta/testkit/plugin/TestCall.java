package mta.testkit.plugin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.hooks.Call;

/** A call as a host would make it: keeps the edits until it is known whether they count. For one thread. */
final class TestCall implements Call {

    private final List<Runnable> edits = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private boolean over;

    @Override
    public String binding() {
        return "test";
    }

    @Override
    public String plugin() {
        return "test";
    }

    @Override
    public Instant deadline() {
        return Instant.now().plusSeconds(60);
    }

    @Override
    public boolean trusted() {
        return false;
    }

    @Override
    public void edit(Runnable edit) {
        edit("edit", edit);
    }

    void edit(String what, Runnable edit) {
        if (over) {
            throw new IllegalStateException("the call is over: " + what);
        }
        told.add(what);
        edits.add(edit);
    }

    /** Ends the call; what was edited, in words. */
    List<String> end(boolean apply) {
        over = true;
        if (apply) {
            edits.forEach(Runnable::run);
        }
        return List.copyOf(told);
    }
}
