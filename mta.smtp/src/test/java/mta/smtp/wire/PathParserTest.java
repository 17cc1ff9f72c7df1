package mta.smtp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import mta.plugins.api.Address;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5321 section 4.1.2. */
class PathParserTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<a@example.com>, a, example.com",
                "<A.b+c@EXAMPLE.Com>, A.b+c, example.com",
                "<a@localhost>, a, localhost",
                "<!#$%&'*+-/=?^_`{|}~@example.com>, !#$%&'*+-/=?^_`{|}~, example.com",
                "<\"a b\"@example.com>, \"a b\", example.com",
                "<\"a\\\"b\\\\\"@example.com>, \"a\\\"b\\\\\", example.com",
                "<\"@\"@example.com>, \"@\", example.com",
                "<\"<>\"@example.com>, \"<>\", example.com",
                "<\"\"@example.com>, \"\", example.com",
                "<a@[192.0.2.1]>, a, [192.0.2.1]",
                "<a@[IPv6:2001:db8::1]>, a, [ipv6:2001:db8::1]",
                "<a@[IPv6:::ffff:192.0.2.1]>, a, [ipv6:::ffff:192.0.2.1]",
                "<@relay.example:a@example.com>, a, example.com",
                "<@r1.example;@r2.example:a@example.com>, a, example.com",
                "<a@under_score.example>, a, under_score.example",
                "<a@1.example>, a, 1.example",
                "<grå@exämple.com>, grå, exämple.com",
                "<a@xn--exmple-cua.com>, a, xn--exmple-cua.com",
            })
    void paths(String text, String local, String domain) throws SyntaxException {
        assertEquals(new Address(local, domain), PathParser.forwardPath(Cursor.of(text.replace(';', ','))));
        assertEquals(new Address(local, domain), PathParser.reversePath(Cursor.of(text.replace(';', ','))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<",
                ">",
                "a@example.com",
                "<a@example.com",
                "<a>",
                "<a@>",
                "<@example.com>",
                "<a@@example.com>",
                "<a b@example.com>",
                "<a@exa mple.com>",
                "<.a@example.com>",
                "<a.@example.com>",
                "<a..b@example.com>",
                "<a@.example.com>",
                "<a@example.com.>",
                "<a@example..com>",
                "<a@-example.com>",
                "<a@example-.com>",
                "<a@xn--->",
                "<\"a@example.com>",
                "<\"a\"b@example.com>",
                "<a\"b\"@example.com>",
                "<\"a\\",
                "<a@[192.0.2]>",
                "<a@[192.0.2.256]>",
                "<a@[192.0.2.1>",
                "<a@[192.0.2.1.5]>",
                "<a@[IPv6:]>",
                "<a@[IPv6:192.0.2.1]>",
                "<a@[IPv6:12345::]>",
                "<a@[IPv6:fe80::1%eth0]>",
                "<a@[2001:db8::1]>",
                "<a@[X400:x]>",
                "<a@[]>",
                "<@r.example a@example.com>",
                "<@r.example,:a@example.com>",
                "<<a@example.com>>",
                "<a@example.com,b@example.com>",
                "<a\u0000@example.com>",
                "<\"\u0001\"@example.com>",
                "<(c)a@example.com>",
                "<a@exa$mple.com>",
            })
    void notPaths(String text) {
        assertThrows(SyntaxException.class, () -> complete(text));
    }

    private static void complete(String text) throws SyntaxException {
        Cursor in = Cursor.of(text);
        PathParser.forwardPath(in);
        if (!in.atEnd()) {
            throw in.error("end expected");
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 250, true", "255, 10, true", "256, 10, false", "10, 255, true", "10, 256, false"})
    void lengths(int local, int domain, boolean good) throws SyntaxException {
        String text = "<" + "l".repeat(local) + "@" + "d.".repeat(domain / 2) + "d".repeat(domain % 2) + ">";
        String fixed = text.replace(".>", "d>").replace("..", ".");
        if (good) {
            PathParser.forwardPath(Cursor.of(fixed));
        } else {
            assertThrows(SyntaxException.class, () -> PathParser.forwardPath(Cursor.of(fixed)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<postmaster>", "<Postmaster>", "<POSTMASTER>"})
    void postmaster(String text) throws SyntaxException {
        assertEquals("", PathParser.forwardPath(Cursor.of(text)).domain());
        assertThrows(SyntaxException.class, () -> PathParser.reversePath(Cursor.of(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<>"})
    void nullPath(String text) throws SyntaxException {
        assertEquals(Address.NULL, PathParser.reversePath(Cursor.of(text)));
        assertThrows(SyntaxException.class, () -> PathParser.forwardPath(Cursor.of(text)));
    }

    @ParameterizedTest
    @CsvSource({"<a@example.com, 14", "<a b@example.com>, 2", "<a@-x>, 3", "x, 0"})
    void errorsSayWhere(String text, int position) {
        assertEquals(
                position,
                assertThrows(SyntaxException.class, () -> PathParser.forwardPath(Cursor.of(text)))
                        .position());
    }

    @ParameterizedTest
    @ValueSource(bytes = {(byte) 0x80, (byte) 0xc0, (byte) 0xff})
    void octetsThatAreNoUtf8(byte octet) {
        byte[] text = {'<', octet, '@', 'x', '>'};
        assertThrows(SyntaxException.class, () -> PathParser.forwardPath(new Cursor(text, 0, text.length)));
    }
}
