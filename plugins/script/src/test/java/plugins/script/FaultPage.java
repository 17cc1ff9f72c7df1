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
            of their own. Drivers (transports, mechanisms, formats) are called without the runner: what they throw is caught by
            their caller. A transport that does not come back is interrupted after `queue.transportTimeout`, and given up with its
            channel ten seconds later; the message is deferred (451 4.4.2), a record names the transport and where it is, and other
            paths do not notice (`LateTransportTest` of `mta.queue`). What other drivers wait for is theirs to limit.
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

    private static String table(Map<String, Map<Fault, String>> rows, Language language, Set<String> byItself) {
        List<Fault> columns = Arrays.stream(Fault.values())
                .filter(fault -> fault.exists(language))
                .toList();
        var text = new StringBuilder("| stage |");
        columns.forEach(fault -> text.append(' ').append(title(fault, language)).append(" |"));
        text.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach((stage, seen) -> text.append("| ")
                .append(stage)
                .append(byItself.contains(stage) ? "*" : "")
                .append(columns.stream()
                        .map(fault -> seen.getOrDefault(fault, "-"))
                        .collect(Collectors.joining(" | ", " | ", " |\n"))));
        return text.toString();
    }

    private static String title(Fault fault, Language language) {
        String title = language == Language.JAVASCRIPT && fault == Fault.ERROR
                ? "stack overflow"
                : language == Language.JAVASCRIPT && fault == Fault.IGNORES ? "loop that catches all" : fault.title;
        String word = fault.word(language);
        return word.isEmpty() ? title : title + " (" + word + ")";
    }
}
