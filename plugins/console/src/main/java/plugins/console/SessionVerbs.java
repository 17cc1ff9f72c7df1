package plugins.console;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Job;
import org.jline.terminal.Terminal;

/**
 * The mta verbs of an interactive session: each is a variable of the session that holds a function, which Gogo prefers
 * to the command itself. So {@code --json}, {@code --help} and jobs work in a session as they do one-shot.
 */
final class SessionVerbs {

    private static final String OFFERED = ".mta.offered";

    private SessionVerbs() {}

    /** Offers the verbs there are now; called again before each line, since plugins come and go. */
    @SuppressWarnings("unchecked")
    static void offer(CommandSession session, Terminal terminal) {
        Set<String> commands = (Set<String>) session.get(".commands");
        List<String> verbs = commands.stream()
                .filter(name -> name.startsWith("mta:"))
                .map(name -> name.substring("mta:".length()))
                .toList();
        if (session.get(OFFERED) instanceof List<?> before) {
            before.stream().filter(verb -> !verbs.contains(verb)).forEach(verb -> session.put(verb.toString(), null));
        }
        for (String verb : verbs) {
            session.put(verb, (Function) (current, words) -> run(verb, words, current, terminal));
        }
        session.put(OFFERED, verbs);
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
