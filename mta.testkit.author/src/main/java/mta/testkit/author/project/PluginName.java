package mta.testkit.author.project;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The name of a new plugin, such as {@code my-filter}: in bindings, as section of the configuration, as name of the jar. */
public record PluginName(String text) {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    /** Words that the language keeps for itself, and names whose class would hide one that the templates use. */
    private static final Set<String> TAKEN = Set.of(
            "plugin",
            "reception",
            "routing",
            "delivery",
            "transport",
            "policy",
            "record-sink",
            "verdict",
            "message",
            "recipient",
            "transaction",
            "path",
            "files",
            "list",
            "set",
            "string",
            "object",
            "override",
            "config");

    /** JLS 3.9, those of lower case letters only: a package could not have that name. */
    private static final Set<String> KEYWORDS = Set.of(
            ("abstract assert boolean break byte case catch char class const continue default do double else enum extends"
                            + " final finally float for goto if implements import instanceof int interface long native new package"
                            + " private protected public return short static strictfp super switch synchronized this throw throws"
                            + " transient try void volatile while true false null")
                    .split(" "));

    /** What is wrong with a name; empty: nothing. */
    static Optional<String> problem(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.of(
                    "a name is lower case letters, digits and single hyphens, such as my-filter, not " + text);
        }
        if (TAKEN.contains(text) || KEYWORDS.contains(text)) {
            return Optional.of("the name " + text + " means something else already; choose another");
        }
        return Optional.empty();
    }

    /** {@code myfilter}. */
    String packageName() {
        return text.replace("-", "");
    }

    /** {@code MyFilter}. */
    String className() {
        return Arrays.stream(text.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    /** A text of a template with the names in it. */
    public static String fill(String template, String name) {
        var plugin = new PluginName(name);
        return template.replace("@name@", name)
                .replace("@package@", plugin.packageName())
                .replace("@class@", plugin.className());
    }
}
