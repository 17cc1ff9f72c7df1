package mta.core.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.mail.Header;

/**
 * The header section of a message, read from its octets. Ends at the first line that is no field and no continuation: if
 * that line is empty the body begins after it, otherwise with it, so that no octet is ever lost.
 *
 * @param bodyStart index of the first octet of the body
 */
record HeaderSection(List<Header> fields, int bodyStart) {

    static HeaderSection parse(byte[] octets, int length) {
        var fields = new ArrayList<Header>();
        int at = 0;
        while (at < length) {
            if (octets[at] == '\r' && at + 1 < length && octets[at + 1] == '\n') {
                return new HeaderSection(fields, at + 2);
            }
            int end = endOfField(octets, at, length);
            int colon = colon(octets, at, end);
            if (colon < 0 || end < 0) {
                break;
            }
            String name = latin1(octets, at, colon);
            String raw = latin1(octets, colon + 1, end - 2);
            try {
                fields.add(new Header(name, raw));
            } catch (IllegalArgumentException e) {
                break; // a stray control character: not a header section any more
            }
            at = end;
        }
        return new HeaderSection(fields, at);
    }

    private static String latin1(byte[] octets, int from, int to) {
        return new String(octets, from, Math.max(0, to - from), StandardCharsets.ISO_8859_1);
    }

    /** After the CRLF that no white space follows; -1 if there is none. */
    private static int endOfField(byte[] octets, int from, int length) {
        for (int i = from; i + 1 < length; i++) {
            if (octets[i] == '\r' && octets[i + 1] == '\n') {
                boolean folded = i + 2 < length && (octets[i + 2] == ' ' || octets[i + 2] == '\t');
                if (!folded) {
                    return i + 2;
                }
            }
        }
        return -1;
    }

    private static int colon(byte[] octets, int from, int end) {
        for (int i = from; i < end; i++) {
            byte c = octets[i];
            if (c == ':') {
                return i > from ? i : -1;
            }
            if (c <= ' ' || c == 127) {
                return -1;
            }
        }
        return -1;
    }

    /** The value of the topmost field of that name, without building all the others. */
    static Optional<String> find(byte[] octets, int length, String name) {
        int at = 0;
        while (at < length && !(octets[at] == '\r')) {
            int end = endOfField(octets, at, length);
            if (end < 0) {
                return Optional.empty();
            }
            if (startsWith(octets, at, end, name)) {
                String raw = latin1(octets, at + name.length() + 1, end - 2);
                return Optional.of(raw.replace("\r\n", "").strip());
            }
            at = end;
        }
        return Optional.empty();
    }

    private static boolean startsWith(byte[] octets, int at, int end, String name) {
        if (end - at <= name.length() || octets[at + name.length()] != ':') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if ((octets[at + i] | 0x20) != (name.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** The fields as octets, with the empty line. */
    static byte[] octets(List<Header> fields) {
        var out = new StringBuilder();
        for (Header field : fields) {
            out.append(field.name()).append(':').append(field.raw()).append("\r\n");
        }
        return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
