package plugins.script;

import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;

/** A script that cannot be used as it is: what is wrong with it, and where. Line and column count from 1; 0: unknown. */
public final class ScriptRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final int column;
    private final String reason;

    public ScriptRefused(String file, int line, int column, String reason) {
        super(file + (line == 0 ? "" : ":" + line + ":" + column) + ": " + reason);
        this.file = file;
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    static ScriptRefused of(String file, PolyglotException e) {
        SourceSection at = section(e);
        String reason = firstLine(e.getMessage() == null ? e.toString() : e.getMessage());
        return at == null
                ? new ScriptRefused(file, 0, 0, reason)
                : new ScriptRefused(at.getSource().getName(), at.getStartLine(), at.getStartColumn(), reason);
    }

    /** Where it happened; for what the host threw, the place in the script that called it. */
    private static SourceSection section(PolyglotException e) {
        if (e.getSourceLocation() != null) {
            return e.getSourceLocation();
        }
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            if (frame.isGuestFrame() && frame.getSourceLocation() != null) {
                return frame.getSourceLocation();
            }
        }
        return null;
    }

    /** The parser repeats the place and draws an arrow below. */
    private static String firstLine(String message) {
        String first = message.lines().findFirst().orElse("");
        return first.replaceFirst("^SyntaxError: [^ ]*:\\d+:\\d+ ", "SyntaxError: ");
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    public String reason() {
        return reason;
    }
}
