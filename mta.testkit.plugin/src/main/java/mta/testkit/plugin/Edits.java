package mta.testkit.plugin;

import java.util.Optional;

/**
 * Where the fakes of one session or message put their edits: into the call that is under way, or, between calls, where
 * a test prepares its scene, straight into effect. For one thread.
 */
final class Edits {

    private Optional<TestCall> call = Optional.empty();
    private boolean readOnly;

    void begin(TestCall next, boolean onlyReads) {
        call = Optional.of(next);
        readOnly = onlyReads;
    }

    void end() {
        call = Optional.empty();
        readOnly = false;
    }

    void edit(String what, Runnable edit) {
        if (readOnly) {
            throw new IllegalStateException("this stage only reads: " + what);
        }
        call.ifPresentOrElse(open -> open.edit(what, edit), edit);
    }
}
