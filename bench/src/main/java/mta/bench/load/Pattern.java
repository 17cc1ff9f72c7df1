package mta.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mta.bench.args.UsageException;

/**
 * An address with places for numbers: {@code user{n}@dest{d}.example}. {@code {n}} is the message number, {@code {r}}
 * the recipient's place in its message, {@code {d}} a destination number. Immutable; rendering allocates nothing.
 */
final class Pattern {
    private final List<byte[]> literals = new ArrayList<>(); // one more than places
    private final char[] places;
    private final int destinations;

    Pattern(String text, int destinations) {
        if (!text.matches("[!-~&&[^<>]]*")) {
            throw new UsageException("address '" + text + "': only printable ASCII without blanks, < and >");
        }
        var found = new StringBuilder();
        var matcher = java.util.regex.Pattern.compile("\\{(.)}").matcher(text);
        int last = 0;
        while (matcher.find()) {
            char place = matcher.group(1).charAt(0);
            if ("nrd".indexOf(place) < 0) {
                throw new UsageException("address '" + text + "': {" + place + "} is none of {n}, {r}, {d}");
            }
            literals.add(text.substring(last, matcher.start()).getBytes(StandardCharsets.US_ASCII));
            found.append(place);
            last = matcher.end();
        }
        literals.add(text.substring(last).getBytes(StandardCharsets.US_ASCII));
        this.places = found.toString().toCharArray();
        this.destinations = destinations;
    }

    /** The most bytes that {@link #render} can write. */
    int longest() {
        return literals.stream().mapToInt(l -> l.length).sum() + 19 * places.length;
    }

    /** Writes the address of one recipient and returns where it ends. */
    int render(byte[] into, int at, long number, int recipient) {
        int end = at;
        for (int i = 0; i < literals.size(); i++) {
            byte[] literal = literals.get(i);
            System.arraycopy(literal, 0, into, end, literal.length);
            end += literal.length;
            if (i < places.length) {
                end = decimal(
                        into,
                        end,
                        switch (places[i]) {
                            case 'n' -> number;
                            case 'r' -> recipient;
                            default -> (number + recipient) % destinations;
                        });
            }
        }
        return end;
    }

    private static int decimal(byte[] into, int at, long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
