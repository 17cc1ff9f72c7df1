package mta.plugins.api.hooks;

import org.osgi.annotation.versioning.ProviderType;

/** Keeps one plan alive; see {@link HookPoints#pin()}. Closing it twice does no harm. */
@ProviderType
public interface Pin extends AutoCloseable {

    /** Number of the plan, for records. */
    long plan();

    /**
     * What to do when a plugin called with this pin ignores its deadline and its interruption, so that the calling
     * thread may never come back: the owner gives up the session or attempt (closes its connection). Called once, on
     * another thread. The calling thread, should it return, finds the decision to close.
     */
    void onHang(Runnable giveUp);

    /** Lets the current plan take the place of the pinned one; for sessions between commands. */
    void renew();

    @Override
    void close();
}
