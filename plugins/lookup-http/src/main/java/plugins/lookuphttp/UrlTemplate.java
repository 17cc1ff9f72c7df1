package plugins.lookuphttp;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.lookup.Question;

/** A URL with values in it: {@code http://host/users/{name}}. Values never change where a request goes. */
record UrlTemplate(String text, List<String> names) {

    private static final Pattern VALUE = Pattern.compile("\\{([A-Za-z]+)}");

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static UrlTemplate parse(String text) {
        var names = new ArrayList<String>();
        Matcher values = VALUE.matcher(text);
        while (values.find()) {
            names.add(values.group(1));
        }
        URI blank;
        try {
            blank = URI.create(values.replaceAll("x"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no URL: " + e.getMessage(), e);
        }
        boolean http = "http".equals(blank.getScheme()) || "https".equals(blank.getScheme());
        if (!http || blank.getHost() == null || blank.getRawUserInfo() != null) {
            throw new IllegalArgumentException("a URL begins with http:// or https:// and a host, without a password");
        }
        int path = text.indexOf('/', text.indexOf("://") + 3);
        if (text.substring(0, path < 0 ? text.length() : path).indexOf('{') >= 0) {
            throw new IllegalArgumentException("values may stand behind the host only: clients must not choose it");
        }
        return new UrlTemplate(text, List.copyOf(names));
    }

    /** Empty if a value would lead to another path; nobody has such a name. */
    Optional<URI> uri(Question question) {
        for (String name : names) {
            String value = question.value(name);
            if (value.equals(".") || value.equals("..")) {
                return Optional.empty();
            }
        }
        Matcher values = VALUE.matcher(text);
        return Optional.of(URI.create(
                values.replaceAll(found -> Matcher.quoteReplacement(encoded(question.value(found.group(1)))))));
    }

    /** RFC 3986 section 2.3: all but unreserved characters percent-encoded, so it is the same in path and query. */
    private static String encoded(String value) {
        var out = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean unreserved =
                    c < 128 && Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
            if (unreserved) {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", (int) c));
            }
        }
        return out.toString();
    }
}
