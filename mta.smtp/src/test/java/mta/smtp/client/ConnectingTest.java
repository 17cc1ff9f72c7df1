package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Credentials;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Greeting;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport.Channel;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.TlsFor.Mode;
import mta.testkit.smtp.Answer;
import mta.testkit.smtp.ScriptedServer;
import mta.testkit.smtp.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectingTest {

    @TempDir
    static Path directory;

    private static TestCertificate certificate;
    private static TestCertificate other;

    private final Rig rig = new Rig();

    @BeforeAll
    static void certificates() {
        certificate = TestCertificate.make(directory, "dns:mx.example.com");
        other = TestCertificate.make(directory, "dns:mx.example.net");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Reply refusal(Hop... hops) {
        return assertThrows(ConnectException.class, () -> rig.open(hops).close())
                .reply();
    }

    private Reply refusal(ScriptedServer server) {
        return refusal(Rig.hop(server));
    }

    private static String start(Reply reply) {
        return reply.code() + " " + reply.enhanced();
    }

    // ---- which host

    @Test
    void goesOnToTheNextHost() throws IOException {
        try (var full = ScriptedServer.smtp()
                        .on("CONNECT", "421 4.3.2 too busy")
                        .start();
                var refusing =
                        ScriptedServer.smtp().on("CONNECT", "554 5.7.1 go away").start();
                var good = ScriptedServer.smtp().start();
                var unused = ScriptedServer.smtp().start();
                Channel channel = rig.open(
                        Rig.hop("last.example", unused.port(), 50),
                        Rig.hop("good.example", good.port(), 40),
                        Rig.hop("refusing.example", refusing.port(), 30),
                        Rig.hop("full.example", full.port(), 20),
                        Rig.hop("closed.example", closedPort(), 10))) {
            assertEquals("good.example[127.0.0.1]:" + good.port(), channel.peer());
            assertEquals(0, unused.talks().size());
            assertEquals(
                    List.of("failed", "refused", "refused"),
                    rig.connections().stream()
                            .map(c -> c.end().equals("lost") ? "failed" : c.end())
                            .toList());
        }
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void saysWhatWentWrong() throws IOException {
        int port = closedPort();
        Reply reply = refusal(Rig.hop("mx.example.com", port, 10));
        assertTrue(
                reply.toString().startsWith("450 4.4.1 connection to mx.example.com[127.0.0.1]:" + port + " failed: "),
                reply.toString());
    }

    /** A 5xx for everybody only if everybody said it. */
    @Test
    void oneHopeIsEnough() throws IOException {
        try (var no = ScriptedServer.smtp().on("CONNECT", "554 5.7.1 no").start();
                var later =
                        ScriptedServer.smtp().on("CONNECT", "450 4.7.1 later").start()) {
            assertEquals("554 5.7.1 no", refusal(no).toString());
            assertEquals(
                    "450 4.7.1 later",
                    refusal(Rig.hop("a.example", later.port(), 10), Rig.hop("b.example", no.port(), 20))
                            .toString());
        }
        assertEquals("451 4.4.4", start(refusal()));
    }

    @Test
    void looksUpAddressesWhenItConnects() throws IOException {
        try (var server = ScriptedServer.smtp().start()) {
            rig.dns.address("mx.example.com", "127.0.0.1").failing("broken.example");
            try (Channel channel = rig.open(new Hop("mx.example.com", List.of(), server.port(), 10))) {
                assertEquals("mx.example.com[127.0.0.1]:" + server.port(), channel.peer());
            }
            assertEquals("550 5.4.4", start(refusal(new Hop("missing.example", List.of(), 25, 10))));
            assertEquals("451 4.4.3", start(refusal(new Hop("broken.example", List.of(), 25, 10))));
        }
    }

    @Test
    void anAddressFamilyThatTheSourceLacksIsNotTried() throws IOException {
        rig.from(InetAddress.ofLiteral("127.0.0.2"));
        try (var server = ScriptedServer.smtp().start()) {
            rig.dns.address("mx.example.com", "::1", "127.0.0.1").address("six.example", "::1");
            try (Channel channel = rig.open(new Hop("mx.example.com", List.of(), server.port(), 10))) {
                assertEquals("mx.example.com[127.0.0.1]:" + server.port(), channel.peer());
            }
            assertEquals("451 4.4.4", start(refusal(new Hop("six.example", List.of(), server.port(), 10))));
        }
    }

    // ---- greeting and EHLO

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONNECT | 220-many;220 lines        | ok",
                "CONNECT | 354 what                  | 451 4.5.0",
                "CONNECT | SSH-2.0-OpenSSH_9.2       | 451 4.5.0",
                "EHLO    | 421 4.7.0 no              | 421 4.7.0",
                "EHLO    | 450 4.7.1 later           | 450 4.7.1",
                "EHLO    | 502 5.5.1 what            | HELO",
                "EHLO    | 550 5.7.1 bad name        | HELO",
                "HELO    | 550 5.7.1 bad name        | ok",
            })
    void greets(String point, String reply, String expected) throws IOException {
        try (var server =
                ScriptedServer.smtp().on(point, reply.replace(";", "\n")).start()) {
            if (expected.matches("\\d.*")) {
                assertEquals(expected, start(refusal(server)));
                return;
            }
            try (Channel channel = rig.open(server)) {
                assertTrue(channel.reusable());
                assertEquals(expected.equals("HELO"), server.commands().contains("HELO client.example"));
                assertEquals("EHLO client.example", server.commands().getFirst());
            }
        }
    }

    @Test
    void aSilentServerCostsItsTime() throws IOException {
        rig.patience(Duration.ofMillis(300), Duration.ofSeconds(30));
        for (Answer silence : List.of(Answer.stall(), Answer.raw("220-wait").then(Answer.stall()))) {
            try (var server = ScriptedServer.smtp().on("CONNECT", silence).start()) {
                Reply reply = refusal(server);
                assertEquals(
                        "421 4.4.2 mx.example.com[127.0.0.1]:" + server.port()
                                + " did not send the greeting within 300 ms",
                        reply.toString());
                assertEquals("timeout", rig.connections().getLast().end());
            }
        }
    }

    @Test
    void aServerThatClosesAtOnce() throws IOException {
        for (Answer end : List.of(Answer.drop(), Answer.reset())) {
            try (var server = ScriptedServer.smtp().on("CONNECT", end).start()) {
                // A reset may be seen before the connection is ours.
                String said = start(refusal(server));
                assertTrue(said.equals("421 4.4.2") || end instanceof Answer.Reset && said.equals("450 4.4.1"), said);
            }
        }
    }

    @Test
    void doesNotBelieveWhatIsIgnored() throws IOException {
        rig.ignoring("PIPELINING");
        try (var server = ScriptedServer.smtp()
                        .offer("PIPELINING")
                        .on("RCPT", "550 5.1.1 no")
                        .start();
                Channel channel = rig.open(server)) {
            rig.send(channel, Rig.message("b@example.com"));
            assertFalse(server.commands().contains("DATA"));
        }
    }

    // ---- TLS

    private ScriptedServer secure(TestCertificate shown) {
        return ScriptedServer.smtp().offer("STARTTLS", "PIPELINING").tls(shown.server());
    }

    private boolean deliversUnderTls(ScriptedServer server) throws IOException {
        try (Channel channel = rig.open(server)) {
            assertTrue(rig.send(channel, Rig.message("b@example.com")).getFirst() instanceof Outcome.Delivered);
            return server.take().tls();
        }
    }

    @Test
    void usesTlsWhereItIsOffered() throws IOException {
        for (Mode mode : List.of(Mode.OPPORTUNISTIC, Mode.REQUIRED)) {
            rig.tls(mode);
            try (var server = secure(other).start()) {
                assertTrue(deliversUnderTls(server));
                assertEquals(
                        2,
                        server.commands().stream()
                                .filter(c -> c.startsWith("EHLO"))
                                .count());
            }
            assertTrue(
                    rig.connections().getLast().tls().startsWith("TLSv1."),
                    rig.connections().toString());
        }
        rig.tls(Mode.NONE);
        try (var server = secure(other).start()) {
            assertFalse(deliversUnderTls(server));
        }
    }

    @Test
    void verifiesWhereItMust() throws IOException {
        rig.tls(Mode.VERIFIED).trusting(certificate.client());
        try (var server = secure(certificate).start()) {
            assertTrue(deliversUnderTls(server));
        }
        try (var server = secure(other).start()) {
            assertEquals("451 4.7.5", start(refusal(server)));
        }
        try (var server = secure(certificate).start()) {
            // Trusted, but for another name.
            assertEquals("451 4.7.5", start(refusal(Rig.hop("mx.example.org", server.port(), 10))));
        }
    }

    @Test
    void requiredMeansRequired() throws IOException {
        rig.tls(Mode.REQUIRED);
        try (var server = ScriptedServer.smtp().start()) {
            assertEquals("451 4.7.4", start(refusal(server)));
        }
        try (var server =
                secure(certificate).on("STARTTLS", "454 4.7.0 not now").start()) {
            assertEquals("451 4.7.4", start(refusal(server)));
        }
        try (var server = secure(certificate)
                .on("STARTTLS", Answer.say("220 go").then(Answer.raw("nonsense")))
                .start()) {
            assertEquals("451 4.7.5", start(refusal(server)));
        }
    }

    @Test
    void opportunisticGoesOnWithout() throws IOException {
        for (Answer trouble : List.of(
                Answer.say("454 4.7.0 not now"),
                Answer.say("501 5.5.2 what"),
                Answer.say("220 go").then(Answer.drop()))) {
            try (var server = secure(certificate).on("STARTTLS", trouble).start()) {
                assertFalse(deliversUnderTls(server));
            }
        }
    }

    /** What stands in plain text behind the 220 must not be read as if it had come under TLS. */
    @Test
    void injectedRepliesEndTheConnection() throws IOException {
        Answer injected = Answer.raw("220 go\r\n250-x\r\n250 AUTH PLAIN\r\n");
        try (var server = secure(certificate).on("STARTTLS", injected).start()) {
            Reply reply = refusal(server);
            assertTrue(reply.toString().contains("sent plain text after the reply to STARTTLS"), reply.toString());
        }
    }

    @Test
    void whatWasOfferedInPlainTextIsForgotten() throws IOException {
        try (var server = secure(certificate)
                        .on("EHLO", "250-x\n250-STARTTLS\n250-PIPELINING\n250 SIZE 5", "250 x")
                        .start();
                Channel channel = rig.open(server)) {
            assertTrue(rig.send(channel, Rig.message("b@example.com")).getFirst() instanceof Outcome.Delivered);
            assertEquals("MAIL FROM:<a@example.org>", server.take().mail());
        }
    }

    @Test
    void aPolicyDecidesForAHost() throws IOException {
        rig.policies.with(new TlsFor("site.example", "mx.example.com"), Mode.REQUIRED);
        try (var server = ScriptedServer.smtp().start()) {
            assertEquals("451 4.7.4", start(refusal(server)));
        }
        rig.policies.failing(new TlsFor("site.example", "mx.example.com"), "who knows");
        try (var server = ScriptedServer.smtp().start()) {
            assertEquals("451 4.7.5", start(refusal(server)));
        }
    }

    @Test
    void aPolicyDecidesForADestination() throws IOException {
        rig.policies.with(new TlsFor("example.com", "mx.example.com"), Mode.VERIFIED);
        try (var server = secure(certificate).start();
                Channel channel = rig.open(server)) {
            String outcome =
                    Rig.shown(rig.send(channel, Rig.message("b@example.com"))).getFirst();
            assertTrue(outcome.contains("TRANSIENT 451 4.7.5 example.com wants verified TLS"), outcome);
            assertEquals(0, server.accepted());
        }
    }

    // ---- AUTH

    private Rig authenticating(String mechanism) {
        return rig.plugin(
                new Delivery() {
                    @Override
                    public Optional<Credentials> auth(mta.plugins.api.delivery.Path path, Hop hop) {
                        return Optional.of(new Credentials(mechanism, "user", "secret"));
                    }
                },
                "auth");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PLAIN | AUTH PLAIN LOGIN   | AUTH PLAIN AHVzZXIAc2VjcmV0",
                "LOGIN | AUTH=LOGIN         | AUTH LOGIN, dXNlcg==, c2VjcmV0",
            })
    void authenticates(String mechanism, String offered, String expected) throws IOException {
        authenticating(mechanism);
        try (var server = ScriptedServer.smtp()
                        .offer("STARTTLS", offered)
                        .tls(certificate.server())
                        .start();
                Channel channel = rig.open(server)) {
            assertTrue(channel.reusable());
            List<String> said = server.commands();
            int from = said.indexOf(expected.split(", ")[0]);
            assertEquals(expected, String.join(", ", said.subList(Math.max(0, from), said.size())));
        }
    }

    @Test
    void credentialsNeverGoInPlainText() throws IOException {
        authenticating("PLAIN");
        try (var server = ScriptedServer.smtp().offer("AUTH PLAIN").start()) {
            assertEquals("451 4.7.11", start(refusal(server)));
            assertTrue(
                    server.commands().stream().noneMatch(c -> c.startsWith("AUTH")),
                    server.commands().toString());
        }
    }

    @Test
    void wrongCredentialsBounceNothing() throws IOException {
        authenticating("PLAIN");
        try (var server = ScriptedServer.smtp()
                .offer("STARTTLS", "AUTH PLAIN")
                .tls(certificate.server())
                .on("AUTH", "535 5.7.8 wrong")
                .start()) {
            Reply reply = refusal(server);
            assertEquals("454 4.7.0", start(reply));
            assertTrue(reply.text().endsWith("535 5.7.8 wrong"), reply.text());
        }
    }

    // ---- other stages

    @Test
    void stagesRunInOrderAndMayRefuseAHost() throws IOException {
        var ran = new CopyOnWriteArrayList<String>();
        rig.plugin(
                new Delivery() {
                    @Override
                    public Verdict dial(mta.plugins.api.delivery.Path path, Hop hop) {
                        ran.add("dial " + hop.host() + " " + hop.addresses().size());
                        return hop.host().equals("bad.example")
                                ? Verdict.refuse("450 4.7.1 not this one")
                                : Verdict.next();
                    }

                    @Override
                    public Verdict greeted(mta.plugins.api.delivery.Path path, Hop hop, Greeting greeting) {
                        ran.add("greeted " + greeting.banner().code() + " " + greeting.capabilities());
                        return Verdict.next();
                    }

                    @Override
                    public Verdict secured(mta.plugins.api.delivery.Path path, Hop hop, TlsInfo tls) {
                        ran.add("secured");
                        return Verdict.refuse("550 5.7.1 not with this cipher");
                    }
                },
                "dial",
                "greeted",
                "secured");
        try (var server = secure(certificate).start()) {
            Reply reply =
                    refusal(Rig.hop("bad.example", server.port(), 10), Rig.hop("mx.example.com", server.port(), 20));
            assertEquals("450 4.7.1 not this one", reply.toString());
            assertEquals(
                    List.of(
                            "dial bad.example 1",
                            "dial mx.example.com 1",
                            "greeted 220 [STARTTLS, PIPELINING]",
                            "secured"),
                    ran);
            assertEquals(
                    List.of("refused by test"),
                    rig.connections().stream().map(c -> c.end()).toList());
        }
    }
}
