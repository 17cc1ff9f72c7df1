package plugins.file;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.Address;

/**
 * Makes the path of a file from a pattern such as <code>{domain}/{local}/{id}-{recipient}.eml</code>. Addresses come
 * from strangers, so whatever is put in becomes one plain file name: no separator, no leading dot, no control or
 * non-ASCII character, bounded in length; different values never become the same name.
 */
record Names(String pattern) {

    private static final Pattern WORD = Pattern.compile("\\{([^{}]*)}");
    /** Room for a temporary name's prefix below the 255 bytes that file systems allow. */
    private static final int LONGEST = 150;

    Names {
        for (String part : (pattern.isEmpty() ? ".." : pattern).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("pattern: a relative path without . and .., not: " + pattern);
            }
        }
        if (pattern.indexOf('\\') >= 0 || pattern.indexOf(0) >= 0) {
            throw new IllegalArgumentException("pattern: names are separated by /, not: " + pattern);
        }
        String last = pattern.substring(pattern.lastIndexOf('/') + 1);
        if (!last.contains("{id}") || !pattern.contains("{recipient}")) {
            throw new IllegalArgumentException("pattern: needs {id} in the name of the file, and {recipient},"
                    + " or else messages would replace one another: " + pattern);
        }
        WORD.matcher(pattern).results().forEach(result -> value(result.group(1), "", Address.NULL));
    }

    /** Relative; the same for the same message and recipient, so that a second try replaces the first. */
    Path path(String id, Address recipient) {
        String path = WORD.matcher(pattern)
                .replaceAll(word -> Matcher.quoteReplacement(safe(value(word.group(1), id, recipient))));
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalStateException("not a path: " + path, e);
        }
    }

    private static String value(String word, String id, Address recipient) {
        return switch (word) {
            case "id" -> id;
            case "recipient" -> recipient.toString();
            case "local" -> recipient.localPart();
            case "domain" -> recipient.domain();
            default ->
                throw new IllegalArgumentException(
                        "pattern: {id}, {recipient}, {local} and {domain} are known, not {" + word + "}");
        };
    }

    /** Percent-encodes all but letters, digits and a few signs; what is then too long ends in a digest. */
    static String safe(String value) {
        var out = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            boolean plain = letter || c == '-' || c == '_' || c == '+' || c == '=' || c == '@';
            if (plain || c == '.' && !out.isEmpty()) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        if (out.isEmpty()) {
            return "%"; // nothing encodes to a bare percent sign
        }
        if (out.length() <= LONGEST) {
            return out.toString();
        }
        return out.substring(0, LONGEST - 33) + "%" + digest(value);
    }

    private static String digest(String value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
