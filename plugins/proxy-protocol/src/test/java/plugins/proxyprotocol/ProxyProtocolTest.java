package plugins.proxyprotocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final Endpoint ENDPOINT = Endpoint.tcp("127.0.0.1", 25);

    private final ProxyProtocol plugin = plugin();

    private static ProxyProtocol plugin(Object... settings) {
        return new ProxyProtocol(Settings.of(ProxyProtocol.Config.class, settings));
    }

    /** A connection that has received these octets and then is closed. */
    private record Received(InputStream in, InetSocketAddress remote) implements Wire {

        static Received from(String address, byte[] octets) {
            return new Received(
                    new ByteArrayInputStream(octets), new InetSocketAddress(InetAddress.ofLiteral(address), 4711));
        }

        @Override
        public OutputStream out() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 25);
        }

        @Override
        public void readTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("for ever");
            }
        }

        @Override
        public void close() {}
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** A header of version 2. */
    private static byte[] v2(String commandAndFamily, String rest) {
        byte[] octets = hex(rest);
        return hex(SIGNATURE + commandAndFamily + "%04x".formatted(octets.length) + rest);
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private Wire wrap(byte[] octets) throws IOException {
        return plugin.wrap(Received.from("127.0.0.1", octets), ENDPOINT, Io.Side.ACCEPTED);
    }

    private String refusal(byte[] octets) {
        return assertThrows(IOException.class, () -> wrap(octets)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324 25, 192.0.2.1, 56324, 198.51.100.2, 25",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255, 65535, 255.255.255.255, 65535",
        "PROXY TCP6 2001:db8::1 2001:db8::2 1 25, 2001:db8:0:0:0:0:0:1, 1, 2001:db8:0:0:0:0:0:2, 25",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 25, 192.0.2.1, 1, 0:0:0:0:0:0:0:1, 25",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535,"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535, ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe, 65535",
    })
    void aLineNamesTheClient(String line, String remote, int remotePort, String local, int localPort)
            throws IOException {
        Wire wire = wrap(text(line + "\r\nEHLO client\r\n"));
        assertEquals(remote, wire.remote().getAddress().getHostAddress());
        assertEquals(remotePort, wire.remote().getPort());
        assertEquals(local, wire.local().getAddress().getHostAddress());
        assertEquals(localPort, wire.local().getPort());
        assertEquals("EHLO client\r\n", new String(wire.in().readAllBytes(), StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.2 56324",
                "PROXY TCP4 192.0.2.1 198.51.100.2 56324 25 ",
                "PROXY TCP4  192.0.2.1 198.51.100.2 56324 25",
                "PROXY TCP4 192.0.2.1 198.51.100.2 65536 25",
                "PROXY TCP4 192.0.2.1 198.51.100.2 -1 25",
                "PROXY TCP4 192.0.2.256 198.51.100.2 1 25",
                "PROXY TCP4 10.1 198.51.100.2 1 25",
                "PROXY TCP4 localhost 198.51.100.2 1 25",
                "PROXY TCP4 ::1 ::1 1 25",
                "PROXY TCP6 192.0.2.1 198.51.100.2 1 25",
                "PROXY TCP6 fe80::1%lo fe80::2 1 25",
                "PROXY UDP4 192.0.2.1 198.51.100.2 1 25",
                "PROXY tcp4 192.0.2.1 198.51.100.2 1 25",
                "PROXY UNKNOWNX 192.0.2.1 198.51.100.2",
                "PROXY \0\0\0\0\0\0\0\0\0\0",
            })
    void aMalformedLineIsRefused(String line) {
        assertTrue(refusal(text(line + "\r\nEHLO client\r\n")).startsWith("malformed PROXY line: "), line);
    }

    @Test
    void nothingIsGuessed() {
        assertEquals("no PROXY header", refusal(text("EHLO client\r\n")));
        assertEquals("no PROXY header", refusal(text("QUIT\r\n")));
        assertEquals("no PROXY header", refusal(text("proxy TCP4 192.0.2.1 198.51.100.2 1 25\r\n")));
        assertEquals("no PROXY header", refusal(text("\r\n\r\n\0\r\nQUIT\r\n")));
        assertEquals("closed without a PROXY header", refusal(text("")));
        assertEquals("closed in the middle of the PROXY header", refusal(text("PROXY TCP4 192.0.2.1 ")));
        assertEquals("closed in the middle of the PROXY header", refusal(hex(SIGNATURE + "2111000c")));
        assertEquals("PROXY line longer than 107 octets", refusal(text("PROXY TCP4 " + "1".repeat(200) + "\r\n")));
    }

    /** The proxy's own address in the place of a client's would let a stranger relay. */
    @Test
    void aClientWithoutAnAddressIsRefused() {
        String expected = "the PROXY header names no client address";
        assertEquals(expected, refusal(text("PROXY UNKNOWN\r\n")));
        assertEquals(expected, refusal(text("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")));
        assertEquals(expected, refusal(v2("2100", "")));
        assertEquals(expected, refusal(v2("2131", "2f".repeat(216))));
    }

    @Test
    void versionTwoNamesTheClient() throws IOException {
        Wire four = wrap(join(v2("2111", "c0000201 c6336402 dc04 0019".replace(" ", "")), text("EHLO client\r\n")));
        assertEquals(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 56324), four.remote());
        assertEquals(new InetSocketAddress(InetAddress.ofLiteral("198.51.100.2"), 25), four.local());
        assertEquals("EHLO client\r\n", new String(four.in().readAllBytes(), StandardCharsets.US_ASCII));

        String addresses = "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "00010019";
        Wire six = wrap(v2("2121", addresses));
        assertEquals(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 1), six.remote());
        assertEquals(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::2"), 25), six.local());
    }

    /** Section 2.2: a health check; family, addresses and whatever follows are to be ignored. */
    @ParameterizedTest
    @CsvSource({"2000, ''", "2011, c0000201c6336402dc040019", "20ff, 0102030405"})
    void localMeansTheProxyItself(String commandAndFamily, String rest) throws IOException {
        Wire wire = wrap(join(v2(commandAndFamily, rest), text("QUIT\r\n")));
        assertInstanceOf(Received.class, wire);
        assertEquals("QUIT\r\n", new String(wire.in().readAllBytes(), StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "1111, c0000201c6336402dc040019, PROXY version and command 0x11 are not known",
        "2211, c0000201c6336402dc040019, PROXY version and command 0x22 are not known",
        "2112, c0000201c6336402dc040019, PROXY family and protocol 0x12 are no stream",
        "2141, c0000201c6336402dc040019, PROXY family and protocol 0x41 are no stream",
        "2111, c0000201c6336402dc0400, PROXY header too short for its addresses",
        "2121, c0000201c6336402dc040019, PROXY header too short for its addresses",
        // values (type, length) behind the addresses
        "2111, c0000201c6336402dc04001904, PROXY header with a value beyond its end",
        "2111, c0000201c6336402dc0400190400, PROXY header with a value beyond its end",
        "2111, c0000201c6336402dc040019040001, PROXY header with a value beyond its end",
        "2111, c0000201c6336402dc04001904ffff00, PROXY header with a value beyond its end",
        "2111, c0000201c6336402dc040019030001aa, PROXY checksum of 1 octets",
        "2111, c0000201c6336402dc040019030004aabbccdd, PROXY header with a wrong checksum",
    })
    void aMalformedHeaderIsRefused(String commandAndFamily, String rest, String reason) {
        assertEquals(reason, refusal(v2(commandAndFamily, rest)));
    }

    @Test
    void valuesAreSkippedAndTheChecksumIsChecked() throws IOException {
        // ALPN, an empty NOOP, an unknown one of 300 octets, then the checksum
        String values = "01000268 32".replace(" ", "") + "040000" + "ee012c" + "55".repeat(300) + "03000400000000";
        byte[] header = v2("2111", "c0000201c6336402dc040019" + values);
        var sum = new CRC32C();
        sum.update(header);
        ByteBuffer.wrap(header).putInt(header.length - 4, (int) sum.getValue());

        Wire wire = wrap(join(header, text("EHLO client\r\n")));
        assertEquals("192.0.2.1", wire.remote().getAddress().getHostAddress());
        assertEquals("EHLO client\r\n", new String(wire.in().readAllBytes(), StandardCharsets.US_ASCII));

        header[20] ^= 1;
        assertEquals("PROXY header with a wrong checksum", refusal(header));
    }

    @Test
    void aLongHeaderIsRefusedBeforeItIsRead() {
        assertEquals("PROXY header of 65535 octets, more than 4096", refusal(hex(SIGNATURE + "2111ffff")));
    }

    @Test
    void onlyTrustedProxiesAreBelieved() throws IOException {
        byte[] line = text("PROXY TCP4 127.0.0.1 127.0.0.1 1 25\r\n");
        var stranger = Received.from("203.0.113.5", line);
        var refusal = assertThrows(IOException.class, () -> plugin.wrap(stranger, ENDPOINT, Io.Side.ACCEPTED));
        assertEquals("not a trusted proxy: 203.0.113.5", refusal.getMessage());
        assertEquals(line.length, stranger.in().available(), "nothing of it was read");

        plugin.modified(Settings.of(ProxyProtocol.Config.class, "networks", List.of("203.0.113.0/24", "2001:db8::5")));
        assertEquals(
                "127.0.0.1",
                plugin.wrap(Received.from("203.0.113.5", line), ENDPOINT, Io.Side.ACCEPTED)
                        .remote()
                        .getHostString());
        plugin.wrap(Received.from("2001:db8::5", line), ENDPOINT, Io.Side.ACCEPTED);
        assertThrows(
                IOException.class, () -> plugin.wrap(Received.from("127.0.0.1", line), ENDPOINT, Io.Side.ACCEPTED));
    }

    @Test
    void aUnixSocketIsBelievedWhereNamed() throws IOException {
        var nowhere = InetSocketAddress.createUnresolved("local", 0);
        byte[] line = text("PROXY TCP4 192.0.2.1 127.0.0.1 1 25\r\n");
        assertThrows(
                IOException.class,
                () -> plugin.wrap(new Received(new ByteArrayInputStream(line), nowhere), ENDPOINT, Io.Side.ACCEPTED));
        plugin.modified(Settings.of(ProxyProtocol.Config.class, "networks", List.of("unix")));
        assertEquals(
                "192.0.2.1",
                plugin.wrap(new Received(new ByteArrayInputStream(line), nowhere), ENDPOINT, Io.Side.ACCEPTED)
                        .remote()
                        .getHostString());
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> plugin("networks", List.of("proxy.example")));
        assertThrows(IllegalArgumentException.class, () -> plugin("timeout", "0"));
        assertThrows(IllegalArgumentException.class, () -> plugin("maxHeader", "much"));
    }

    @Test
    void itIsForListeners() {
        var wire = Received.from("127.0.0.1", text("PROXY TCP4 192.0.2.1 127.0.0.1 1 25\r\n"));
        assertThrows(IOException.class, () -> plugin.wrap(wire, ENDPOINT, Io.Side.DIALLED));
    }

    /** Whatever a broken proxy sends ends in a header or an IOException, never in anything else. */
    @Test
    void garbageDoesNoHarm() {
        var random = new Random(42);
        byte[] good = v2("2111", "c0000201c6336402dc040019" + "0400020000" + "030004aabbccdd");
        byte[] line = text("PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n");
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = (i % 2 == 0 ? good : line).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            }
            try {
                wrap(octets);
                read++;
            } catch (IOException e) {
                assertTrue(e.getMessage() != null);
            }
        }
        assertTrue(read > 0 && read < 20_000, "some are still headers: " + read);
    }
}
