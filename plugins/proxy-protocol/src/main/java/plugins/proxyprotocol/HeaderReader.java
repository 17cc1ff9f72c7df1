package plugins.proxyprotocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;
import mta.plugins.api.io.Wire;

/**
 * Reads one header of the PROXY protocol (HAProxy's proxy-protocol.txt), version 1 or 2, from the beginning of a
 * connection and not one octet more. Used by one thread.
 *
 * <p>The whole header has one deadline: a time-out for each read would let a client that sends an octet now and then hold
 * the connection for ever.
 */
final class HeaderReader {

    /** Section 2.2. */
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    /** Section 2.1: with CR LF and the longest addresses. */
    private static final int LONGEST_V1 = 107;

    private static final byte[] PREFIX_V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    /** {@code PROXY UNKNOWN} CR LF. */
    private static final int SHORTEST_V1 = 15;

    private static final int FIXED_V2 = 16;
    private static final int TLV_HEAD = 3;
    private static final int TLV_CRC32C = 3;

    private final Wire wire;
    private final InputStream in;
    private final long deadline;
    private final Duration timeout;
    private final int limit;
    private final byte[] header;
    private int length;

    /** @param limit octets of a header of version 2 after its first 16 */
    HeaderReader(Wire wire, Duration timeout, int limit) throws IOException {
        this.wire = wire;
        this.in = wire.in();
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
        this.limit = limit;
        this.header = new byte[Math.max(LONGEST_V1, FIXED_V2 + limit)];
    }

    /** @throws IOException if there is none, it is malformed, too long or too late: the connection is to be closed */
    Header read() throws IOException {
        fill(PREFIX_V1.length); // the shortest thing that a client without a header says: it learns of it at once
        if (begins(PREFIX_V1)) {
            return version1();
        }
        if (header[0] == SIGNATURE[0]) {
            fill(SIGNATURE.length);
            if (begins(SIGNATURE)) {
                return version2();
            }
        }
        throw new IOException("no PROXY header");
    }

    private boolean begins(byte[] prefix) {
        return Arrays.equals(header, 0, prefix.length, prefix, 0, prefix.length);
    }

    private void fill(int wanted) throws IOException {
        while (length < wanted) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw late();
            }
            int count;
            try {
                wire.readTimeout(Duration.ofNanos(left));
                count = in.read(header, length, wanted - length);
            } catch (SocketTimeoutException e) {
                throw late();
            }
            if (count < 0) {
                throw new EOFException(
                        length == 0 ? "closed without a PROXY header" : "closed in the middle of the PROXY header");
            }
            length += count;
        }
    }

    private SocketTimeoutException late() {
        return new SocketTimeoutException("no complete PROXY header within " + timeout.toMillis() + " ms");
    }

    // -- version 1 ----------------------------------------------------------------------------------------------------

    private Header version1() throws IOException {
        fill(SHORTEST_V1);
        // Octet by octet: what follows the line is the client's.
        while (header[length - 2] != '\r' || header[length - 1] != '\n') {
            if (length == LONGEST_V1) {
                throw new IOException("PROXY line longer than " + LONGEST_V1 + " octets");
            }
            fill(length + 1);
        }
        String line = new String(header, 0, length - 2, StandardCharsets.ISO_8859_1);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            throw unknown();
        }
        String[] words = line.split(" ", -1);
        if (words.length != 6 || !words[1].equals("TCP4") && !words[1].equals("TCP6")) {
            throw malformed(line);
        }
        boolean four = words[1].equals("TCP4");
        try {
            return new Header.Proxied(socketAddress(words[2], words[4], four), socketAddress(words[3], words[5], four));
        } catch (IllegalArgumentException e) {
            throw malformed(line);
        }
    }

    private static InetSocketAddress socketAddress(String address, String port, boolean four) {
        boolean plausible = four
                ? address.chars().filter(c -> c == '.').count() == 3
                : address.indexOf(':') >= 0 && address.indexOf('%') < 0;
        if (!plausible || port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException();
        }
        return new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(port));
    }

    private static IOException malformed(String line) {
        return new IOException("malformed PROXY line: " + line.replaceAll("[^ -~]", "?"));
    }

    /**
     * The proxy speaks for a client that it cannot name. Taking the proxy's own address for it, as the protocol allows,
     * would give a stranger whatever the proxy may do, relaying above all; the protocol allows the refusal as well.
     */
    private static IOException unknown() {
        return new IOException("the PROXY header names no client address");
    }

    // -- version 2 ----------------------------------------------------------------------------------------------------

    private Header version2() throws IOException {
        fill(FIXED_V2);
        int command = header[12] & 0xff;
        int family = header[13] & 0xff;
        int rest = (header[14] & 0xff) << 8 | header[15] & 0xff;
        if (command != 0x20 && command != 0x21) {
            throw new IOException("PROXY version and command 0x%02x are not known".formatted(command));
        }
        if (rest > limit) {
            throw new IOException("PROXY header of " + rest + " octets, more than " + limit);
        }
        fill(FIXED_V2 + rest);
        if (command == 0x20) {
            return new Header.Local(); // section 2.2: whatever else it says is to be ignored
        }
        int addresses = switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> 216;
            default -> throw new IOException("PROXY family and protocol 0x%02x are no stream".formatted(family));
        };
        if (addresses > rest) {
            throw new IOException("PROXY header too short for its addresses");
        }
        checkTypeLengthValues(FIXED_V2 + addresses);
        if (family != 0x11 && family != 0x21) {
            throw unknown();
        }
        return addresses(addresses == 12 ? 4 : 16);
    }

    private Header addresses(int octets) throws IOException {
        int at = FIXED_V2 + 2 * octets;
        return new Header.Proxied(
                new InetSocketAddress(InetAddress.getByAddress(octets(FIXED_V2, octets)), port(at)),
                new InetSocketAddress(InetAddress.getByAddress(octets(FIXED_V2 + octets, octets)), port(at + 2)));
    }

    private byte[] octets(int from, int count) {
        return Arrays.copyOfRange(header, from, from + count);
    }

    private int port(int at) {
        return ByteBuffer.wrap(header).getShort(at) & 0xffff;
    }

    /** Section 2.2: skipped, but they must fill the header exactly, and the checksum must be right if there is one. */
    private void checkTypeLengthValues(int from) throws IOException {
        for (int at = from; at < length; ) {
            if (length - at < TLV_HEAD || port(at + 1) > length - at - TLV_HEAD) {
                throw new IOException("PROXY header with a value beyond its end");
            }
            int value = at + TLV_HEAD;
            if (header[at] == TLV_CRC32C) {
                checkSum(value, port(at + 1));
            }
            at = value + port(at + 1);
        }
    }

    private void checkSum(int value, int size) throws IOException {
        if (size != 4) {
            throw new IOException("PROXY checksum of " + size + " octets");
        }
        int told = ByteBuffer.wrap(header).getInt(value);
        byte[] blank = Arrays.copyOf(header, length);
        Arrays.fill(blank, value, value + 4, (byte) 0);
        var sum = new CRC32C();
        sum.update(blank, 0, blank.length);
        if ((int) sum.getValue() != told) {
            throw new IOException("PROXY header with a wrong checksum");
        }
    }
}
