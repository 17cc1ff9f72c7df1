package plugins.console;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Job;
import org.jline.builtins.Completers.CompletionData;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.terminal.Terminal;

/**
 * The verbs of an interactive session: each is a variable of the session that holds a function, which Gogo prefers to the
 * command itself. So {@code --json}, {@code --help}, jobs and paging work in a session as they do one-shot, and a verb
 * knows who gave it. Called on the session's threads.
 */
final class SessionVerbs {

    /** The variable that holds this object. */
    private static final String SELF = ".mta.verbs";

    /** The function that Gogo's completion asks for the words that may follow a verb. */
    private static final String WORDS = "_mta_words";

    private final CommandProcessor gogo;
    private final CommandSession names;
    private final Help help;
    private final Operator operator;
    private final Terminal terminal;
    private List<String> offered = List.of();
    private Map<String, List<CompletionData>> completions = Map.of();

    /** @param names a session without these functions, which knows the commands themselves */
    SessionVerbs(CommandProcessor gogo, CommandSession names, Help help, Operator operator, Terminal terminal) {
        this.gogo = gogo;
        this.names = names;
        this.help = help;
        this.operator = operator;
        this.terminal = terminal;
    }

    /** Makes them known to a session that begins. */
    void begin(CommandSession session) {
        session.put(SELF, this);
        session.put(WORDS, (Function) (current, _) -> current.get(Shell.VAR_COMMAND_LINE) instanceof ParsedLine line
                ? following(help, line.words().subList(0, line.wordIndex()))
                : List.of());
        Help.FRAMEWORK.forEach(verb -> session.put(verb, (Function) (_, words) -> collected(verb, words)));
        session.put("exit", (Function) (current, _) -> leave(current));
        session.put("default", (Function)
                (_, words) -> Refusal.usage("no verb '" + words.getFirst() + "'; 'help' lists them"));
        offer(session);
    }

    /** Before each line, since plugins come and go. */
    static void refresh(CommandSession session) {
        if (session.get(SELF) instanceof SessionVerbs verbs) {
            verbs.offer(session);
        }
    }

    @SuppressWarnings("unchecked") // what Gogo keeps under its own names
    private synchronized void offer(CommandSession session) {
        Set<String> commands = (Set<String>) session.get(".commands");
        List<String> verbs = commands.stream()
                .filter(name -> name.startsWith("mta:"))
                .map(name -> name.substring("mta:".length()))
                .toList();
        Object before = session.get(Shell.VAR_COMPLETIONS);
        if (verbs.equals(offered) && before == completions) { // Gogo's shell begins with completions of its own
            return;
        }
        offered.stream().filter(verb -> !verbs.contains(verb)).forEach(verb -> {
            session.put(verb, null);
            session.put("mta:" + verb, null);
        });
        completions = before instanceof Map<?, ?> known
                ? new HashMap<>((Map<String, List<CompletionData>>) known)
                : new HashMap<>();
        for (String verb : verbs) {
            List<CompletionData> words = List.of(
                    new CompletionData(List.of("--json", "--help"), null, null, null),
                    new CompletionData(null, null, WORDS, null));
            completions.put("mta:" + verb, words);
            completions.put(Shell.resolve(session, verb), words); // help: another scope has it, too
            Function function = (current, said) -> run(verb, said, current);
            session.put(verb, function);
            session.put("mta:" + verb, function);
        }
        session.put(Shell.VAR_COMPLETIONS, completions);
        offered = verbs;
    }

    /** What may come after these words: {@code queue} has {@code summary}, {@code list} and so on; {@code help} has all. */
    static List<String> following(Help help, List<String> before) {
        boolean all = !before.isEmpty()
                && Set.of("help", "mta:help", "verbs", "mta:verbs").contains(before.getFirst());
        String verb = String.join(" ", all ? before.subList(1, before.size()) : before)
                .replaceFirst("^mta:", "");
        String prefix = verb.isEmpty() ? "" : verb + " ";
        if (prefix.isEmpty() && !all) {
            return List.of();
        }
        return help.lines().stream()
                .filter(line -> line.verb().startsWith(prefix))
                .map(line -> line.verb().substring(prefix.length()).split(" ", 2)[0])
                .distinct()
                .toList();
    }

    private Object run(String verb, List<Object> words, CommandSession session) throws Exception {
        Invocation invocation = Invocation.of("mta:" + verb, strings(words));
        return shown(invocation, operator.call(() -> invocation.run(names, session)));
    }

    /** The framework's verbs print: what they print is collected, so that it can be paged and put into JSON. */
    private Object collected(String verb, List<Object> words) throws Exception {
        Invocation invocation = Invocation.of(verb, strings(words));
        return shown(invocation, new OneShot(gogo, operator).collected(invocation));
    }

    private Object shown(Invocation invocation, Object running) throws IOException, InterruptedException {
        Object answer = Answers.completed(running, this::progress);
        if (answer == null) {
            return null;
        }
        if (invocation.json()) {
            return new Text(Json.of(answer).stripTrailing());
        }
        return answer instanceof String text ? new Text(text.stripTrailing()) : answer;
    }

    /** As if Ctrl-D had been typed. */
    private static Object leave(CommandSession session) {
        if (session.get(Shell.VAR_READER) instanceof LineReader reader) {
            reader.runMacro("\004");
        }
        return null;
    }

    private static List<String> strings(List<Object> words) {
        return words.stream().map(String::valueOf).toList();
    }

    private void progress(String line) throws IOException {
        terminal.writer().print("\r" + line + "\033[K");
        terminal.flush();
        if (Job.Utils.current() != null && Job.Utils.current().status() == Job.Status.Done) {
            throw new IOException("interrupted");
        }
    }
}
