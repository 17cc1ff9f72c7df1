package plugins.maildir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.Address;

/**
 * Which Maildir is a recipient's, by a pattern such as <code>{domain}/{local}/Maildir</code>. Addresses come from
 * strangers: what is put in becomes one plain name, and different values never become the same.
 *
 * @param separator what begins a detail ({@code user+detail}); empty: there are none
 */
record Place(Path root, String pattern, String separator) {

    private static final Pattern WORD = Pattern.compile("\\{([^{}]*)}");
    private static final int LONGEST = 120;

    Place {
        for (String part : (pattern.isEmpty() ? ".." : pattern).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("pattern: a relative path without . and .., not: " + pattern);
            }
        }
        if (!pattern.contains("{local}")) {
            throw new IllegalArgumentException("pattern: needs {local}, or all would share one Maildir: " + pattern);
        }
        WORD.matcher(pattern).results().forEach(word -> {
            if (!word.group(1).equals("local") && !word.group(1).equals("domain")) {
                throw new IllegalArgumentException(
                        "pattern: {local} and {domain} are known, not {" + word.group(1) + "}");
            }
        });
    }

    /** Empty: the address cannot be the name of a Maildir. Local parts are compared without regard to case. */
    Optional<Path> of(Address address) {
        String local = address.localPart().toLowerCase(java.util.Locale.ROOT);
        int detail = separator.isEmpty() ? -1 : local.indexOf(separator, 1);
        String user = safe(detail < 0 ? local : local.substring(0, detail));
        String domain = safe(address.domain());
        if (user.isEmpty() || domain.isEmpty() || user.length() > LONGEST || domain.length() > 2 * LONGEST) {
            return Optional.empty();
        }
        String path = WORD.matcher(pattern)
                .replaceAll(word -> Matcher.quoteReplacement(word.group(1).equals("local") ? user : domain));
        return Optional.of(root.resolve(path));
    }

    /** Percent-encodes all but letters, digits and a few signs; a leading dot too. */
    private static String safe(String value) {
        var out = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_+=".indexOf(c) >= 0;
            if (plain || c == '.' && !out.isEmpty()) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }
}
