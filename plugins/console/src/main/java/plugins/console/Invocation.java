package plugins.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.admin.Refusal;
import org.apache.felix.service.command.CommandSession;

/**
 * One verb with its words. The words reach the command exactly as they came: they are handed over as variables, so
 * nothing in them is read as Gogo's syntax.
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

    /** Runs the command on the caller's thread and returns what it returned, null included; a bad verb is a Refusal. */
    Object run(CommandSession session) throws Exception {
        Optional<String> name = resolve(session);
        if (name.isEmpty()) {
            return Refusal.usage("no verb '" + verb + "'; 'verbs' lists them");
        }
        if (help) {
            return session.execute("mta:verbs '" + verb + "'");
        }
        StringBuilder line = new StringBuilder(name.get());
        for (int i = 0; i < arguments.size(); i++) {
            session.put("_word" + i, arguments.get(i));
            line.append(" $_word").append(i);
        }
        return session.execute(line);
    }

    @SuppressWarnings("unchecked")
    private Optional<String> resolve(CommandSession session) {
        Set<String> commands = (Set<String>) session.get(".commands");
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
