package plugins.headerrules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.mail.Header;

/** All rules in their order. Immutable; finds without changing anything. */
record Rules(List<Rule> all) {

    static final Rules NONE = new Rules(List.of());

    Rules {
        all = all.stream()
                .sorted(Comparator.comparingInt(Rule::order).thenComparing(Rule::name))
                .toList();
    }

    Rules with(Rule rule) {
        var next = new ArrayList<>(without(rule.name()).all);
        next.add(rule);
        return new Rules(next);
    }

    Rules without(String name) {
        return new Rules(all.stream().filter(rule -> !rule.name().equals(name)).toList());
    }

    /**
     * What applies to a header section, rule by rule. A field that a rule has found is not shown to later rules, but
     * where the rule says so.
     */
    List<Hit> hits(List<Header> fields) throws InterruptedException {
        var hits = new ArrayList<Hit>();
        int[] nth = ordinals(fields);
        var taken = new boolean[fields.size()];
        for (Rule rule : all) {
            if (Thread.interrupted()) {
                throw new InterruptedException(); // the deadline of the call
            }
            List<Hit> found = rule.absent() ? absent(rule, fields) : present(rule, fields, nth, taken);
            hits.addAll(found);
            if (!found.isEmpty() && rule.action().ends()) {
                break;
            }
        }
        return hits;
    }

    private static int[] ordinals(List<Header> fields) {
        var nth = new int[fields.size()];
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < nth.length; i++) {
            nth[i] = seen.merge(fields.get(i).name().toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
        }
        return nth;
    }

    private static List<Hit> absent(Rule rule, List<Header> fields) {
        return fields.stream().anyMatch(rule::isAbout)
                ? List.of()
                : List.of(new Hit(
                        rule, Optional.empty(), Optional.empty(), 0, rule.text().fill(Optional.empty())));
    }

    private static List<Hit> present(Rule rule, List<Header> fields, int[] nth, boolean[] taken) {
        var hits = new ArrayList<Hit>();
        int seen = 0;
        for (int i = 0; i < fields.size(); i++) {
            Header field = fields.get(i);
            if (!rule.isAbout(field) || taken[i]) {
                continue;
            }
            seen++;
            Optional<String> text = seen > rule.moreThan() ? rule.find(field) : Optional.empty();
            if (text.isPresent()) {
                hits.add(new Hit(rule, Optional.of(i), Optional.of(field), nth[i], text.get()));
                taken[i] = !rule.goOn();
                if (rule.action().ends()) {
                    break;
                }
            }
        }
        return hits;
    }
}
