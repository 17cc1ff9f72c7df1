package plugins.script;

import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;

/** A call of a script failed: it threw, was stopped, or gave what does not fit. Has the script's place, no stack trace. */
final class ScriptFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ScriptFailure(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    ScriptFailure(String message) {
        this(message, null);
    }

    static ScriptFailure of(String script, PolyglotException e) {
        if (e.isInterrupted()) {
            return new ScriptFailure(script + ": stopped, it ran past its deadline");
        }
        if (e.isResourceExhausted()) {
            return new ScriptFailure(script + ": stopped, it ran more statements than script.statementLimit");
        }
        if (e.isCancelled()) {
            return new ScriptFailure(script + ": stopped, it did not heed its interruption");
        }
        SourceSection at = ScriptFailure.section(e);
        String place =
                at == null ? script : at.getSource().getName() + ":" + at.getStartLine() + ":" + at.getStartColumn();
        return new ScriptFailure(place + ": " + e.getMessage(), e.isHostException() ? e.asHostException() : null);
    }

    private static SourceSection section(PolyglotException e) {
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            if (frame.isGuestFrame() && frame.getSourceLocation() != null) {
                return frame.getSourceLocation();
            }
        }
        return e.getSourceLocation();
    }
}
