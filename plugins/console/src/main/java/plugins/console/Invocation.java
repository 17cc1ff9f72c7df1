package plugins.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.admin.Refusal;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/**
 * One verb with its words. The words reach the command exactly as they came: the command is called with them, so nothing
 * in them is read as Gogo's syntax.
 *
 * @param verb as the operator wrote it, with or without a scope: queue, scr:list
 */
record Invocation(String verb, List<String> arguments, boolean json, boolean help) {

    /** Scopes that are searched for a verb without one, in this order. */
    private static final List<String> SCOPES = List.of("mta", "felix", "scr", "gogo");

    /** Takes out the options that every verb has: {@code --json} and {@code --help}; after {@code --} it looks no more. */
    static Invocation of(String verb, List<String> words) {
        List<String> arguments = new ArrayList<>();
        boolean json = false;
        boolean help = false;
        boolean options = true;
        for (String word : words) {
            options &= !word.equals("--");
            if (options && word.equals("--json")) {
                json = true;
            } else if (options && word.equals("--help")) {
                help = true;
            } else {
                arguments.add(word);
            }
        }
        return new Invocation(verb, arguments, json, help);
    }

    /**
     * Runs the command on the caller's thread and returns what it returned, null included; a bad verb is a Refusal.
     *
     * @param names a session that knows the commands under their own names
     */
    Object run(CommandSession names, CommandSession session) throws Exception {
        Optional<String> name = resolve(names);
        if (name.isEmpty()) {
            return Refusal.usage("no verb '" + verb + "'; 'verbs' lists them");
        }
        return help
                ? command(names, "mta:verbs").execute(session, new ArrayList<>(List.of(verb)))
                : command(names, name.get()).execute(session, new ArrayList<>(arguments));
    }

    private static Function command(CommandSession names, String name) {
        if (names.get(name) instanceof Function command) {
            return command;
        }
        throw new IllegalStateException(name + " has just gone"); // with its plugin
    }

    @SuppressWarnings("unchecked")
    private Optional<String> resolve(CommandSession names) {
        Set<String> commands = (Set<String>) names.get(".commands");
        String name = verb.toLowerCase(Locale.ROOT);
        if (!name.matches("[a-z0-9_.-]+(:[a-z0-9_.-]+)?")) {
            return Optional.empty();
        }
        if (name.contains(":")) {
            return commands.contains(name) ? Optional.of(name) : Optional.empty();
        }
        return SCOPES.stream()
                .map(scope -> scope + ":" + name)
                .filter(commands::contains)
                .findFirst();
    }
}
