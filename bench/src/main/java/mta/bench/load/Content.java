package mta.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mta.bench.args.UsageException;

/**
 * The content of every message, as it goes over the wire, dot-stuffed and ended by a dot (RFC 5321 section 4.5.2). All
 * messages are alike but for their number, which is overwritten in place. Immutable.
 */
final class Content {
    static final int DIGITS = 12;
    private static final String PLACE = "0".repeat(DIGITS);
    private static final String TEXT = "The quick brown fox jumps over the lazy dog; pack my box with five dozen jugs.";

    private final byte[] head;
    private final byte[] rest;
    private final int[] places;

    /** @param size bytes of header and body together, line ends included, neither stuffing nor final dot */
    Content(String run, String sender, String to, int size) {
        String header = "From: <" + sender + ">\r\nTo: <" + to + ">\r\nSubject: benchmark message " + PLACE
                + "\r\nDate: "
                + ZonedDateTime.now(ZoneOffset.UTC)
                        .format(DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT))
                + "\r\nMessage-ID: <" + run + "." + PLACE + "@bench.example>\r\nX-Bench-Id: " + run + "-" + PLACE
                + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";
        if (size < header.length() + 2) {
            throw new UsageException("--size " + size + ": the header alone takes " + (header.length() + 2) + " bytes");
        }
        this.head = header.getBytes(StandardCharsets.US_ASCII);
        this.rest = body(size - header.length());
        List<Integer> found = new ArrayList<>();
        for (int i = header.indexOf(PLACE); i >= 0; i = header.indexOf(PLACE, i + DIGITS)) {
            found.add(i);
        }
        this.places = found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Lines of at most 80 bytes; the first one starts with a dot where there is room, so that stuffing is exercised. */
    private static byte[] body(int bytes) {
        var text = new StringBuilder(bytes + 8);
        int left = bytes;
        if (left >= 100) {
            text.append("..this line starts with one dot\r\n");
            left -= "..this line starts with one dot\r\n".length() - 1;
        }
        while (left > 0) {
            int line = left <= TEXT.length() + 2 ? left : Math.min(TEXT.length() + 2, left - 2);
            text.append(TEXT, 0, line - 2).append("\r\n");
            left -= line;
        }
        return text.append(".\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A fresh buffer for one connection: the header for {@link #number}, followed by the body when {@code whole}. */
    ByteBuffer buffer(boolean whole) {
        var buffer = ByteBuffer.allocateDirect(head.length + (whole ? rest.length : 0));
        buffer.put(head);
        if (whole) {
            buffer.put(rest);
        }
        return buffer.flip();
    }

    /** The body with its final dot, to be shared by all connections through {@link ByteBuffer#duplicate}. */
    ByteBuffer rest() {
        return ByteBuffer.allocateDirect(rest.length).put(rest).flip();
    }

    int wireLength() {
        return head.length + rest.length;
    }

    /** Overwrites the number in a buffer that {@link #buffer} made. */
    void number(ByteBuffer buffer, long number) {
        long rest = number;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            byte c = (byte) ('0' + rest % 10);
            rest /= 10;
            for (int place : places) {
                buffer.put(place + digit, c);
            }
        }
    }
}
