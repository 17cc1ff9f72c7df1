package plugins.xclient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a whole node, over real sockets: a test is a dialogue, and what another plugin saw at MAIL. */
class XclientTest {

    @TempDir
    Path directory;

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private final class Watch implements Reception {
        @Override
        public Verdict mail(Transaction transaction, Sender sender) {
            Session session = transaction.session();
            seen.add(String.join(
                    " ",
                    session.remote().getHostString() + ":" + session.remote().getPort(),
                    session.remoteName().orElse("-"),
                    session.helo().orElse("-"),
                    session.user().orElse("-")));
            return Verdict.next();
        }
    }

    private TestNode node(boolean trusted, String... networks) {
        return TestNode.builder(directory)
                .plugin("xclient", new Xclient(Settings.of(Xclient.Config.class, "networks", List.of(networks))))
                .plugin("watch", new Watch())
                .binding(
                        "xclient",
                        Map.of(
                                "plugin",
                                "xclient",
                                "point",
                                "Reception",
                                "stages",
                                List.of("helo", "command"),
                                "trusted",
                                trusted))
                .binding("watch", "watch", "Reception", "mail")
                .start();
    }

    private String last(TestNode node, String... commands) {
        return node.talk(commands).getLast();
    }

    @Test
    void aTrustedClientSpeaksForAnother() {
        try (var node = node(true, "127.0.0.0/8")) {
            List<String> replies = node.talk(
                    "EHLO proxy.example",
                    "XCLIENT ADDR=192.0.2.1 PORT=4711 NAME=client.example HELO=c.example LOGIN=ann PROTO=ESMTP"
                            + " DESTADDR=198.51.100.1 DESTPORT=25",
                    "MAIL FROM:<>",
                    "RSET",
                    "XCLIENT ADDR=IPV6:2001:db8::1 LOGIN=[UNAVAILABLE] NAME=[TEMPUNAVAIL]",
                    "MAIL FROM:<>");
            assertEquals("220 2.0.0 Ok", replies.get(2));
            assertEquals("220 2.0.0 Ok", replies.get(5), "the second one, too: " + replies);
            assertEquals(
                    List.of("192.0.2.1:4711 client.example c.example ann", "2001:db8:0:0:0:0:0:1:0 - c.example -"),
                    seen);
        }
    }

    @Test
    void namesAreDecoded() {
        try (var node = node(true, "127.0.0.1")) {
            node.talk("EHLO proxy.example", "XCLIENT NAME=a+2Bb+3Dc LOGIN=J+C3+BCrgen", "MAIL FROM:<>");
            assertTrue(seen.getFirst().endsWith(" a+b=c proxy.example Jürgen"), seen.toString());
        }
    }

    @Test
    void anotherClientIsRefused() {
        try (var node = node(true, "192.0.2.0/24")) {
            assertEquals(
                    "550 5.7.0 Insufficient authorization", last(node, "EHLO x.example", "XCLIENT ADDR=192.0.2.1"));
        }
        try (var node = node(true)) {
            assertEquals(
                    "550 5.7.0 Insufficient authorization", last(node, "EHLO x.example", "XCLIENT ADDR=192.0.2.1"));
        }
    }

    /** A binding that is not trusted cannot do it, whatever the plugin's settings say. */
    @Test
    void aBindingThatIsNotTrustedFails() {
        try (var node = node(false, "127.0.0.1")) {
            String reply = last(node, "EHLO x.example", "XCLIENT ADDR=192.0.2.1");
            assertTrue(reply.startsWith("4"), reply);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "XCLIENT, Bad XCLIENT argument syntax",
        "XCLIENT ADDR, Bad XCLIENT argument syntax",
        "XCLIENT =x, Bad XCLIENT argument syntax",
        "XCLIENT COLOUR=blue, Unknown XCLIENT attribute name",
        "XCLIENT NAME=a NAME=b, An XCLIENT attribute stands twice",
        "XCLIENT ADDR=host.example, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=10.1, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=256.1.1.1, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=::1, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=IPV6:192.0.2.1, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=IPV6:fe80::1%lo, Bad XCLIENT ADDR syntax",
        "XCLIENT ADDR=192.0.2.1 PORT=x, Bad XCLIENT PORT syntax",
        "XCLIENT ADDR=192.0.2.1 PORT=65536, Bad XCLIENT PORT syntax",
        "XCLIENT NAME=a+0Ab, Control character in an XCLIENT attribute",
        "XCLIENT NAME=a+2, Bad xtext in an XCLIENT attribute",
        "XCLIENT NAME=a+2b, Bad xtext in an XCLIENT attribute",
    })
    void whatIsMalformedIsRefusedAndChangesNothing(String command, String text) {
        try (var node = node(true, "127.0.0.1")) {
            assertEquals("501 5.5.4 " + text, last(node, "EHLO x.example", command));
        }
    }

    @Test
    void itIsAnnouncedToThoseWhoMayUseIt() throws Exception {
        for (String network : List.of("127.0.0.1", "192.0.2.1")) {
            try (var node = node(true, network);
                    var socket = new java.net.Socket("127.0.0.1", node.port())) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write("EHLO x.example\r\nQUIT\r\n".getBytes());
                String all = new String(socket.getInputStream().readAllBytes());
                assertEquals(network.equals("127.0.0.1"), all.contains("XCLIENT NAME ADDR"), all);
            }
        }
    }
}
