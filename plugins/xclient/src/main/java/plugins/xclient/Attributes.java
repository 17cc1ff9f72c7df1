package plugins.xclient;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The argument of XCLIENT: {@code NAME=value} separated by spaces, values in xtext (RFC 3461 section 4).
 *
 * @param values by name; without a value where it says {@code [UNAVAILABLE]} or {@code [TEMPUNAVAIL]}
 */
record Attributes(Map<String, Optional<String>> values) {

    /** Those that nothing is done with are taken all the same, because clients send them. */
    static final Set<String> KNOWN = Set.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT");

    private static final String HEX = "0123456789ABCDEF";
    private static final int LONGEST = 255;

    /** @throws IllegalArgumentException with a text for the client */
    static Attributes parse(String argument) {
        var values = new HashMap<String, Optional<String>>();
        for (String word : argument.strip().split(" +")) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("Bad XCLIENT argument syntax");
            }
            String name = word.substring(0, equals).toUpperCase(Locale.ROOT);
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("Unknown XCLIENT attribute name");
            }
            if (values.containsKey(name)) {
                throw new IllegalArgumentException("An XCLIENT attribute stands twice");
            }
            values.put(name, value(word.substring(equals + 1)));
        }
        return new Attributes(Map.copyOf(values));
    }

    private static Optional<String> value(String xtext) {
        String text = decode(xtext);
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("An XCLIENT attribute is too long");
        }
        boolean none = text.equalsIgnoreCase("[UNAVAILABLE]") || text.equalsIgnoreCase("[TEMPUNAVAIL]");
        return none || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** RFC 3461 section 4: {@code +} and two upper case hexadecimal digits. No control character comes out of it. */
    private static String decode(String xtext) {
        var out = new ByteArrayOutputStream();
        byte[] octets = xtext.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length; i++) {
            int octet = octets[i];
            if (octet == '+') {
                int high = i + 2 < octets.length ? HEX.indexOf(octets[i + 1]) : -1;
                int low = i + 2 < octets.length ? HEX.indexOf(octets[i + 2]) : -1;
                if (high < 0 || low < 0) {
                    throw new IllegalArgumentException("Bad xtext in an XCLIENT attribute");
                }
                octet = high << 4 | low;
                i += 2;
            }
            if (octet >= 0 && octet < ' ' || octet == 127) {
                throw new IllegalArgumentException("Control character in an XCLIENT attribute");
            }
            out.write(octet);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Empty where it is not there, or not known to the client. */
    Optional<String> text(String name) {
        return values.getOrDefault(name, Optional.empty());
    }

    /** @throws IllegalArgumentException with a text for the client */
    Optional<InetAddress> address() {
        return text("ADDR").map(text -> {
            boolean six = text.regionMatches(true, 0, "IPV6:", 0, 5);
            String literal = six ? text.substring(5) : text;
            // Names are not looked up, and a scope would be one of the proxy's machine
            if (!literal.matches(six ? "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*" : "\\d+\\.\\d+\\.\\d+\\.\\d+")) {
                throw new IllegalArgumentException("Bad XCLIENT ADDR syntax");
            }
            try {
                return InetAddress.ofLiteral(literal);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Bad XCLIENT ADDR syntax", e);
            }
        });
    }

    /** 0 where it is not known. */
    int port() {
        String text = text("PORT").orElse("0");
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
            throw new IllegalArgumentException("Bad XCLIENT PORT syntax");
        }
        return Integer.parseInt(text);
    }
}
