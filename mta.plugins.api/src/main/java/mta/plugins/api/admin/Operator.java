package mta.plugins.api.admin;

import java.util.concurrent.Callable;

/**
 * Who gives a command: what a verb that changes something writes into its {@link mta.plugins.api.log.AdminAction}. The
 * console binds it around the call of a verb, on the thread that calls it; work that goes on elsewhere takes it along as
 * a value.
 *
 * @param name such as {@code console}, or {@code ssh:alice} for the holder of a key
 */
public record Operator(String name) {

    /** Somebody at the node itself: whoever may open its control socket or its terminal. */
    public static final Operator LOCAL = new Operator("console");

    private static final ScopedValue<Operator> CURRENT = ScopedValue.newInstance();

    /** Who gave the command that runs on this thread; {@link #LOCAL} where nobody was named. */
    public static Operator current() {
        return CURRENT.orElse(LOCAL);
    }

    /** Runs a command in this operator's name. */
    public <T> T call(Callable<T> command) throws Exception {
        return ScopedValue.where(CURRENT, this).call(command::call);
    }
}
