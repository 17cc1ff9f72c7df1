package mta.core.hooks;

import java.util.Arrays;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;

/** What a failure action means as a verdict. The public texts name no plugin: that is for the records. */
final class Failures {

    private static final Verdict TEMPFAIL =
            Verdict.refuse(Reply.of(451, "4.3.0", "Temporary failure, please try again later"));
    private static final Verdict SHUTDOWN =
            Verdict.close(Reply.of(421, "4.3.0", "Temporary failure, closing connection"));
    private static final Verdict REJECT = Verdict.refuse(Reply.of(554, "5.3.0", "Cannot accept this message"));
    private static final Verdict HOLD = Verdict.hold("a plugin failed");

    private Failures() {}

    static Verdict verdict(FailureAction action, Hook hook) {
        return switch (action) {
            case NEXT, BLOCK, SPILL, DROP -> Verdict.NEXT;
            case TEMPFAIL -> TEMPFAIL;
            case SHUTDOWN -> SHUTDOWN;
            case REJECT -> REJECT;
            case HOLD -> Arrays.asList(hook.admits()).contains(Verdict.Kind.HOLD) ? HOLD : TEMPFAIL;
        };
    }
}
