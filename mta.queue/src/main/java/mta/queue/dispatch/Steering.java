package mta.queue.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.queue.index.QueueKey;
import mta.queue.policy.Glob;

/**
 * What operators have said about whole queues: suspended, or sent elsewhere. Holds for mail that comes later, too, until
 * it is taken back. Immutable; kept in the spool.
 *
 * @param generation changes with every change
 */
record Steering(long generation, List<Rule> rules) {

    static final Steering NONE = new Steering(0, List.of());

    enum Kind {
        SUSPEND,
        REDIRECT
    }

    /**
     * @param route where to, of a redirection
     * @param who said so, and {@code when} in milliseconds since 1970
     */
    record Rule(Kind kind, String tenant, String campaign, String destination, String route, String who, long when) {

        boolean matches(QueueKey key) {
            return new Glob(tenant).matches(key.tenant())
                    && new Glob(campaign).matches(key.campaign())
                    && new Glob(destination).matches(key.destination());
        }

        boolean sameScope(Rule other) {
            return kind == other.kind
                    && tenant.equals(other.tenant)
                    && campaign.equals(other.campaign)
                    && destination.equals(other.destination);
        }

        /** Whether these globs, taken as patterns of globs, include that rule's. */
        boolean covers(Rule other) {
            return kind == other.kind
                    && new Glob(tenant).matches(other.tenant)
                    && new Glob(campaign).matches(other.campaign)
                    && new Glob(destination).matches(other.destination);
        }

        String scope() {
            List<String> words = new ArrayList<>();
            word(words, "tenant", tenant);
            word(words, "campaign", campaign);
            word(words, "destination", destination);
            return words.isEmpty() ? "all" : String.join(" ", words);
        }

        private static void word(List<String> words, String name, String glob) {
            if (!glob.equals("*")) {
                words.add(name + "=" + glob);
            }
        }
    }

    Steering {
        rules = List.copyOf(rules);
    }

    Steering with(Rule rule) {
        List<Rule> list = new ArrayList<>(rules);
        list.removeIf(rule::sameScope);
        list.add(rule);
        return new Steering(generation + 1, list);
    }

    Steering without(List<Rule> gone) {
        List<Rule> list = new ArrayList<>(rules);
        list.removeAll(gone);
        return new Steering(generation + 1, list);
    }

    boolean suspends(QueueKey key) {
        return rules.stream().anyMatch(rule -> rule.kind() == Kind.SUSPEND && rule.matches(key));
    }

    /** The latest redirection wins. */
    Optional<String> redirect(QueueKey key) {
        return rules.reversed().stream()
                .filter(rule -> rule.kind() == Kind.REDIRECT && rule.matches(key))
                .map(Rule::route)
                .findFirst();
    }
}
