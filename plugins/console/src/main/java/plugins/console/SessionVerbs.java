package plugins.console;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Job;
import org.jline.builtins.Completers.CompletionData;
import org.jline.reader.ParsedLine;
import org.jline.terminal.Terminal;

/**
 * The mta verbs of an interactive session: each is a variable of the session that holds a function, which Gogo prefers
 * to the command itself. So {@code --json}, {@code --help} and jobs work in a session as they do one-shot.
 */
final class SessionVerbs {

    private static final String OFFERED = ".mta.offered";

    /** The function that Gogo's completion asks for the words that may follow a verb. */
    private static final String WORDS = "_mta_words";

    private SessionVerbs() {}

    /** Offers the verbs there are now; called again before each line, since plugins come and go. */
    @SuppressWarnings("unchecked") // what Gogo keeps under its own names
    static void offer(CommandSession session, Terminal terminal) {
        Set<String> commands = (Set<String>) session.get(".commands");
        List<String> verbs = commands.stream()
                .filter(name -> name.startsWith("mta:"))
                .map(name -> name.substring("mta:".length()))
                .toList();
        if (session.get(OFFERED) instanceof List<?> before) {
            before.stream().filter(verb -> !verbs.contains(verb)).forEach(verb -> session.put(verb.toString(), null));
        }
        Map<String, List<CompletionData>> completions = new HashMap<>();
        if (session.get(Shell.VAR_COMPLETIONS) instanceof Map<?, ?> known) {
            completions.putAll((Map<String, List<CompletionData>>) known);
        }
        for (String verb : verbs) {
            completions.put(
                    "mta:" + verb,
                    List.of(
                            new CompletionData(List.of("--json", "--help"), null, null, null),
                            new CompletionData(null, null, WORDS, null)));
            session.put(verb, (Function) (current, words) -> run(verb, words, current, terminal));
        }
        session.put(Shell.VAR_COMPLETIONS, completions);
        session.put(OFFERED, verbs);
    }

    /** The verbs, and completion of what follows them out of their help. */
    static void offer(CommandSession session, Terminal terminal, Help help) {
        session.put(WORDS, (Function) (current, _) -> current.get(Shell.VAR_COMMAND_LINE) instanceof ParsedLine line
                ? following(help, line.words().subList(0, line.wordIndex()))
                : List.of());
        offer(session, terminal);
    }

    /** What may come after these words: {@code queue} has {@code summary}, {@code list} and so on. */
    static List<String> following(Help help, List<String> before) {
        String verb = String.join(" ", before).replaceFirst("^mta:", "");
        return help.lines().stream()
                .filter(line -> line.verb().startsWith(verb + " "))
                .map(line -> line.verb().substring(verb.length() + 1).split(" ", 2)[0])
                .distinct()
                .toList();
    }

    static boolean offered(CommandSession session) {
        return session.get(OFFERED) != null;
    }

    private static Object run(String verb, List<Object> words, CommandSession session, Terminal terminal)
            throws Exception {
        Invocation invocation =
                Invocation.of("mta:" + verb, words.stream().map(String::valueOf).toList());
        Object answer = Answers.completed(invocation.run(session), line -> progress(terminal, line));
        return invocation.json() && answer != null ? Json.of(answer).stripTrailing() : answer;
    }

    private static void progress(Terminal terminal, String line) throws IOException {
        terminal.writer().print("\r" + line + "\033[K");
        terminal.flush();
        if (Job.Utils.current() != null && Job.Utils.current().status() == Job.Status.Done) {
            throw new IOException("interrupted");
        }
    }
}
