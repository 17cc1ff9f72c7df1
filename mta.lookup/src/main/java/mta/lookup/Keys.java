package mta.lookup;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Under which keys a question is looked up, one after the other: {@code {user}@{domain}} with the question's values put
 * in; {@code *.{domain}} stands for {@code *.} and each domain above. A key of which a value is empty is left out.
 */
public record Keys(List<String> templates) {

    private static final Pattern VALUE = Pattern.compile("(\\*\\.)?\\{([A-Za-z]+)}");

    /** From the most to the least specific. */
    private static final Map<String, List<String>> STANDARD = Map.ofEntries(
            Map.entry("AliasFor", List.of("{address}", "{user}@{domain}", "@{domain}")),
            Map.entry("CertFor", List.of("{serverName}", "*.{serverName}")),
            Map.entry("DomainFor", List.of("{domain}", "*.{domain}")),
            Map.entry("ListenerFor", List.of("{listener}/{clientAddress}", "{clientAddress}", "{listener}")),
            Map.entry(
                    "PathFor",
                    List.of(
                            "{tenant}/{site}",
                            "{tenant}/{destination}",
                            "{site}",
                            "{destination}",
                            "*.{destination}",
                            "{tenant}/*",
                            "*")),
            Map.entry("PoolFor", List.of("{pool}")),
            Map.entry(
                    "QueueFor",
                    List.of(
                            "{tenant}/{campaign}/{destination}",
                            "{tenant}/{destination}",
                            "{destination}",
                            "*.{destination}",
                            "{tenant}/*",
                            "*")),
            Map.entry("RdnsFor", List.of("{address}")),
            Map.entry("SiteFor", List.of("{destination}", "*.{destination}")),
            Map.entry("SourceFor", List.of("{source}")),
            Map.entry("Table", List.of("{key}")),
            Map.entry("TlsFor", List.of("{host}", "*.{host}", "{destination}", "*.{destination}")),
            Map.entry("UserFor", List.of("{name}")));

    public Keys {
        templates = List.copyOf(templates);
    }

    /**
     * As settings write them, separated by white space; empty: the usual ones for this kind of query.
     *
     * @throws IllegalArgumentException if there is neither
     */
    public static Keys of(String query, String text) {
        if (!text.isBlank()) {
            var keys = new Keys(List.of(text.strip().split("\\s+")));
            Queries.requireNames(query, keys.names());
            return keys;
        }
        List<String> standard = STANDARD.get(query.startsWith("Table.") ? "Table" : query);
        if (standard == null) {
            throw new IllegalArgumentException("keys." + query + " must say what is looked up, such as {name}");
        }
        return new Keys(standard);
    }

    private List<String> names() {
        return templates.stream()
                .flatMap(template -> VALUE.matcher(template).results())
                .map(value -> value.group(2))
                .toList();
    }

    /** In order, each once. */
    public List<String> of(Question question) {
        var keys = new LinkedHashSet<String>();
        for (String template : templates) {
            var above = VALUE.matcher(template)
                    .results()
                    .filter(value -> value.group(1) != null)
                    .findFirst();
            if (above.isEmpty()) {
                fill(template, question, "", keys);
            } else {
                for (String parent : Domain.parents(question.value(above.get().group(2)))) {
                    fill(template, question, parent, keys);
                }
            }
        }
        return List.copyOf(keys);
    }

    private static void fill(String template, Question question, String parent, LinkedHashSet<String> keys) {
        var key = new StringBuilder();
        Matcher values = VALUE.matcher(template);
        int at = 0;
        while (values.find()) {
            String value = values.group(1) == null ? question.value(values.group(2)) : "*." + parent;
            if (value.isEmpty()) {
                return;
            }
            key.append(template, at, values.start()).append(value);
            at = values.end();
        }
        keys.add(key.append(template, at, template.length()).toString());
    }
}
