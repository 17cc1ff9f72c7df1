package plugins.headerrules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.config.Amount;
import mta.plugins.api.mail.Header;

/**
 * A rule as configured. Patterns are RE2's: their time grows with the length of the text and no faster, whoever wrote
 * either.
 *
 * @param fields lower case; {@code *}: every field
 * @param moreThan 0: not asked
 * @param longerThan in octets of the field as it came; 0: not asked
 * @param goOn whether later rules see the same field
 */
record Rule(
        String name,
        int order,
        Set<String> fields,
        Optional<Pattern> matches,
        Optional<Pattern> unless,
        Optional<String> is,
        boolean ignoreCase,
        boolean absent,
        int moreThan,
        long longerThan,
        boolean wholeField,
        boolean decode,
        Action action,
        Template text,
        String target,
        boolean goOn) {

    /** A field is looked at so far. No sender needs more, and one that wants to hide something could hide it in any. */
    private static final int LONGEST = 64 << 10;

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    /** @throws IllegalArgumentException that begins with the key at fault, for the person who wrote it */
    static Rule of(String name, ConfiguredRule.Config config) {
        Action action = Action.of(config.action());
        var rule = new Rule(
                name,
                config.order(),
                Stream.of(config.field()).map(Rule::field).collect(Collectors.toUnmodifiableSet()),
                pattern("matches", config.matches(), config.ignoreCase()),
                pattern("unless", config.unless(), config.ignoreCase()),
                Optional.of(config.is()).filter(text -> !text.isEmpty()),
                config.ignoreCase(),
                config.absent(),
                config.moreThan(),
                Amount.bytes(config.longerThan()),
                config.wholeField(),
                config.decode(),
                action,
                new Template(config.text()),
                config.name().strip(),
                config.goOn());
        rule.requireSense();
        return rule;
    }

    private static String field(String text) {
        String field = text.strip();
        if (!field.equals("*")) {
            requireName("field", field);
        }
        return field.toLowerCase(Locale.ROOT);
    }

    private static void requireName(String key, String field) {
        try {
            new Header(field, "");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": the name of a header field, not: " + field, e);
        }
    }

    private static Optional<Pattern> pattern(String key, String text, boolean ignoreCase) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(text, Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0)));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(key + ": " + e.getDescription() + ": " + text, e);
        }
    }

    private void requireSense() {
        require(!fields.isEmpty(), "field", "at least one name, or \"*\"");
        boolean looks = matches.isPresent() || unless.isPresent() || is.isPresent() || longerThan > 0;
        require(!absent || !looks && moreThan == 0, "absent", "what is not there can have no other condition");
        require(!absent || !fields.contains("*"), "absent", "needs the name of a field");
        require(
                !absent || action != Action.REPLACE && action != Action.REMOVE,
                "action",
                "what is not there cannot be replaced or removed");
        int groups = matches.map(Pattern::groupCount).orElse(-1);
        require(text.groups() <= groups, "text", "$" + text.groups() + " is no group of the pattern in matches");
        switch (action) {
            case REFUSE -> requireReply();
            case REDIRECT, BCC -> requireFixed(() -> address(text.text()));
            case ADD -> {
                requireName("name", target);
                requireFixed(() -> Header.of(target, text.text()));
            }
            case REPLACE -> {
                if (!target.isEmpty()) {
                    requireName("name", target);
                }
                requireFixed(() -> Header.of("X", text.text()));
            }
            case TENANT, CAMPAIGN, POOL, TRANSPORT ->
                require(!text.isFixed() || text.text().matches(NAME), "text", "a name, not: " + text.text());
            case PRIORITY ->
                require(!text.isFixed() || text.text().matches("[0-9]"), "text", "0 to 9, not: " + text.text());
            case ROUTE -> require(!text.text().isBlank(), "text", "where to, such as [relay.example]:587");
            case DISCARD, HOLD, REMOVE, NOTE, LOG, SKIP -> {}
        }
    }

    private static void require(boolean holds, String key, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": " + otherwise);
        }
    }

    private void requireFixed(Runnable check) {
        if (text.isFixed()) {
            try {
                check.run();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("text: " + e.getMessage(), e);
            }
        }
    }

    private void requireReply() {
        String filled = text.fill(Optional.empty());
        try {
            reply(filled);
            // RFC 2034 section 4: both say the same class
            require(!filled.matches("4.. 5\\.\\d+\\.\\d+.*|5.. 4\\.\\d+\\.\\d+.*"), "text", "two codes that differ");
        } catch (IllegalArgumentException e) {
            String why = e.getMessage();
            throw new IllegalArgumentException(why.startsWith("text: ") ? why : "text: " + why, e);
        }
    }

    // -- what it finds ------------------------------------------------------------------------------------------------

    boolean isAbout(Header field) {
        return fields.contains("*") || fields.contains(field.name().toLowerCase(Locale.ROOT));
    }

    /** The text for what was found; empty: the rule does not apply to this field. */
    Optional<String> find(Header field) {
        if (longerThan > 0 && field.name().length() + 1 + field.raw().length() <= longerThan) {
            return Optional.empty();
        }
        String value = value(field);
        if (is.isPresent()
                && !(ignoreCase ? is.get().equalsIgnoreCase(value) : is.get().equals(value))) {
            return Optional.empty();
        }
        if (unless.isPresent() && unless.get().matcher(value).find()) {
            return Optional.empty();
        }
        Optional<Matcher> match = matches.map(pattern -> pattern.matcher(value));
        return match.isPresent() && !match.get().find() ? Optional.empty() : Optional.of(text.fill(match));
    }

    private String value(Header field) {
        String value = field.value();
        if (decode && value.contains("=?")) {
            value = EncodedWords.decode(value);
        }
        String shown = wholeField ? field.name() + ": " + value : value;
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) : shown;
    }

    // -- what its text means ------------------------------------------------------------------------------------------

    /** {@code 550 5.7.1 text}, or a text alone. RFC 5321 section 4.2: printable ASCII. */
    Reply reply(String filled) {
        String plain = filled.strip().replaceAll("[^ -~]", "?");
        if (plain.isEmpty()) {
            plain = "Message refused (" + name + ")";
        }
        String coded = plain.matches("[45][0-9][0-9]( .*)?") ? plain : "550 5.7.1 " + plain;
        Reply reply = Reply.parse(coded.length() > 450 ? coded.substring(0, 450) : coded);
        return reply.enhanced().isNone() ? Reply.of(reply.code(), reply.code() / 100 + ".7.1", reply.text()) : reply;
    }

    static Address address(String text) {
        String bare = text.strip().replaceFirst("^<(.*)>$", "$1");
        Address address = Address.of(bare);
        if (address.domain().isEmpty() || address.localPart().isEmpty() || bare.matches(".*\\s.*")) {
            throw new IllegalArgumentException("an address, not: " + bare);
        }
        return address;
    }

    /** Whether a stranger's word may be the name of a tenant, campaign, pool or transport. */
    static boolean isName(String text) {
        return text.matches(NAME);
    }
}
