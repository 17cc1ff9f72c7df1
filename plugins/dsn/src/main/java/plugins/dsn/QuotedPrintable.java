package plugins.dsn;

import java.nio.charset.StandardCharsets;

/** RFC 2045 section 6.7. */
final class QuotedPrintable {

    /** A line has at most 76 characters, with the sign that it goes on. */
    private static final int WIDTH = 75;

    private QuotedPrintable() {}

    /** @param text lines ending in line feeds */
    static String encode(String text) {
        var out = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            int width = 0;
            byte[] octets = line.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < octets.length; i++) {
                char c = (char) (octets[i] & 0xff);
                boolean last = i == octets.length - 1;
                boolean plain = c > ' ' && c < 127 && c != '=' || c == ' ' && !last;
                if (width + (plain ? 1 : 3) > WIDTH) {
                    out.append("=\r\n");
                    width = 0;
                }
                if (plain) {
                    out.append(c);
                    width++;
                } else {
                    out.append(String.format("=%02X", (int) c));
                    width += 3;
                }
            }
            out.append("\r\n");
        }
        out.setLength(out.length() - 2); // the text's last line feed has ended its last line
        return out.toString();
    }
}
