package plugins.logsyslog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import mta.plugins.api.log.LogRecord;

/**
 * Writes messages as RFC 5424 section 6 has them:
 * {@code <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID - MSG}, MSGID being the kind of the record.
 *
 * @param facility 0 to 23 (section 6.2.1)
 * @param maxBytes of a whole message; what is longer is cut
 */
record Message(int facility, String hostname, String appName, String procId, int maxBytes) {

    /** Section 6.2.3: at most six digits of a second. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    Message {
        hostname = word(hostname, 255);
        appName = word(appName, 48);
        procId = word(procId, 128);
    }

    /** PRINTUSASCII and no longer than that (section 6), or the NILVALUE. */
    private static String word(String text, int longest) {
        String plain = text.replaceAll("[^!-~]", "_");
        return plain.isEmpty() ? "-" : plain.substring(0, Math.min(longest, plain.length()));
    }

    /** Section 6.2.1. What goes wrong in the node itself is a warning, what becomes of somebody's mail is not. */
    private static int severity(String kind) {
        return switch (kind) {
            case "PluginFailure" -> 4;
            case "Bounced", "Deferred", "Rejection", "AdminAction", "PlanChange" -> 5;
            default -> 6;
        };
    }

    /** @param text as the format wrote it; its line end is left out */
    byte[] of(LogRecord record, byte[] text) {
        var out = new ByteArrayOutputStream(text.length + 100);
        String head = "<" + (facility * 8 + severity(record.kind())) + ">1 " + TIME.format(record.time()) + " "
                + hostname + " " + appName + " " + procId + " " + word(record.kind(), 32) + " - ";
        out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        out.write(text, 0, withoutLineEnd(text));
        byte[] message = out.toByteArray();
        return message.length <= maxBytes ? message : java.util.Arrays.copyOf(message, end(message));
    }

    private static int withoutLineEnd(byte[] text) {
        int length = text.length;
        while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
            length--;
        }
        return length;
    }

    /** Not in the middle of a character (UTF-8: its further octets begin with 10). */
    private int end(byte[] message) {
        int end = maxBytes;
        while (end > 0 && (message[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }
}
