package plugins.script;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import plugins.script.Fault.Language;

/** docs/faults.md, made of what was seen. */
final class FaultPage {

    private static final String HEAD = """
            # What a faulty plugin does to mail

            Made by a test (`FaultMatrixTest` of `plugins/script`) that runs every cell below: a plugin with one fault at one
            stage, with default failure actions, in a node that carries other mail meanwhile. In every cell the process lives,
            other mail goes through untouched, other plugins of the chain are called, nothing that the faulty call had
            edited is in the message, and a `PluginFailure` record names plugin, binding, stage and failure.

            | in the table | means |
            |---|---|
            | 451 | the client gets 451 4.3.0 and may go on; nothing was lost, it will come again (failure action tempfail) |
            | 421, closed | the same, and the connection is closed |
            | closed | the call ignored its interruption, so its thread is given up, and with it the connection |
            | deferred, waits | the message stays in the queue and is tried again |
            | cannot tell | a look-up that failed is never taken for "not found" |
            | kept on disk | records wait until the sink takes them |
            | goes on | as if the plugin had no opinion: observers, and stages whose default is next |
            | - | cannot be at this stage |

            `onError`, `onMissing`, `onBusy` and `onOpen` of a binding change what a failure means. A column says in brackets how
            the record calls the failure. A call that hangs or spins is left behind; later calls of that plugin get threads
            of their own. What drivers do wrong (transports, mechanisms, formats, streams) stands at the end.
            """;

    private static final String DRIVERS = """
            ## Drivers

            Made by `DriverMatrixTest` of `plugins/script`. Drivers have no binding: whoever needs one calls it by its name, and the
            record names it by that. In every cell the process lives, the session or message ends as the table says, and other
            mail and other sessions do not notice.

            - A transport that does not come back is interrupted after `queue.transportTimeout`, and given up with its channel ten
              seconds later; one that throws or gives nothing is a connection that broke. The message is deferred.
            - A mechanism is interrupted after the listener's `commandTimeout`: 454 4.7.0, and the session goes on. A second later its
              session is closed. One that fails before it was chosen is not offered.
            - An Io around an accepted connection is interrupted after twice the `handshakeTimeout`; the connection is closed. One
              that dials has ten seconds more than the path's `connectTimeout`; the next address is tried, or the message deferred.
              One that fails to listen or to accept is asked again (`ListenersTest` of `mta.core`).
            - A format is called by a sink within the sink's deadline: its failure is the sink's, and the record names the sink.
            - A script is stopped after its `callTimeout`: to its caller that is an exception. An object that lacks a function
              passes for a channel or an exchange until it is called: the record names `send` or `step`.
              A `send` that answers nothing says nothing of any recipient: they are tried again, without a record of a failure.

            | in the table | means |
            |---|---|
            | 454 | the client gets 454 4.7.0 and may go on, with another mechanism for instance |
            | not offered | it is missing in the answer to EHLO; the others are there |

            """;

    private FaultPage() {}

    static String of(
            Map<String, Map<Fault, String>> java, Map<String, Map<Fault, String>> script, Set<String> byItself) {
        return HEAD + "\n## Java\n\n" + table(java, Language.JAVA, byItself)
                + "\n## JavaScript\n\n`null` is no fault there: nothing means no opinion. An endless loop is stopped at the"
                + " deadline whatever it\ncatches, and its context goes on.\n\n"
                + table(script, Language.JAVASCRIPT, byItself)
                + "\nStages with * were run by themselves, without a node around them: the word is what the runner decided.\n";
    }

    static String drivers(Map<String, Map<Fault, String>> java, Map<String, Map<Fault, String>> script) {
        return DRIVERS + "### Drivers in Java\n\n" + table(java, Language.JAVA, Set.of(), seen(java), false)
                + "\n### Drivers in JavaScript\n\n" + table(script, Language.JAVASCRIPT, Set.of(), seen(script), false);
    }

    private static List<Fault> seen(Map<String, Map<Fault, String>> rows) {
        return Arrays.stream(Fault.values())
                .filter(fault -> rows.values().stream().anyMatch(row -> row.containsKey(fault)))
                .toList();
    }

    /** The part of the page that one of the two tests makes. */
    static String part(String page, boolean ofDrivers) {
        int at = page.indexOf("\n## Drivers\n");
        return at < 0 ? (ofDrivers ? "" : page) : ofDrivers ? page.substring(at + 1) : page.substring(0, at);
    }

    private static String table(Map<String, Map<Fault, String>> rows, Language language, Set<String> byItself) {
        List<Fault> columns = Arrays.stream(Fault.values())
                .filter(fault -> fault.exists(language))
                .toList();
        return table(rows, language, byItself, columns, true);
    }

    private static String table(
            Map<String, Map<Fault, String>> rows,
            Language language,
            Set<String> byItself,
            List<Fault> columns,
            boolean words) {
        var text = new StringBuilder("| stage |");
        columns.forEach(
                fault -> text.append(' ').append(title(fault, language, words)).append(" |"));
        text.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach((stage, seen) -> text.append("| ")
                .append(stage)
                .append(byItself.contains(stage) ? "*" : "")
                .append(columns.stream()
                        .map(fault -> seen.getOrDefault(fault, "-"))
                        .collect(Collectors.joining(" | ", " | ", " |\n"))));
        return text.toString();
    }

    private static String title(Fault fault, Language language, boolean words) {
        String title = language == Language.JAVASCRIPT && fault == Fault.ERROR
                ? "stack overflow"
                : language == Language.JAVASCRIPT && fault == Fault.IGNORES ? "loop that catches all" : fault.title;
        String word = words ? fault.word(language) : "";
        return word.isEmpty() ? title : title + " (" + word + ")";
    }
}
