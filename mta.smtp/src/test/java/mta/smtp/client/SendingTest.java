package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mta.plugins.api.Address;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport.Channel;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;
import mta.testkit.plugin.TestMessage;
import mta.testkit.smtp.Answer;
import mta.testkit.smtp.Received;
import mta.testkit.smtp.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SendingTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void deliversOneAfterTheOther() throws IOException {
        try (var server = ScriptedServer.smtp()
                .offer("PIPELINING", "SIZE 100000", "8BITMIME")
                .start()) {
            try (Channel channel = rig.open(server)) {
                for (int i = 0; i < 3; i++) {
                    assertTrue(channel.reusable());
                    List<Outcome> outcomes = rig.send(channel, Rig.message("b@example.com", "c@example.com"));
                    assertEquals(
                            List.of(
                                    "b@example.com DELIVERED 250 2.0.0 queued",
                                    "c@example.com DELIVERED 250 2.0.0 queued"),
                            Rig.shown(outcomes));
                    Received received = server.take();
                    assertEquals("Subject: hi\r\n\r\nHello\r\n.dot\r\n", received.text());
                    assertEquals("MAIL FROM:<a@example.org> SIZE=28", received.mail());
                    assertEquals(List.of("RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>"), received.rcpts());
                }
                assertEquals("mx.example.com[127.0.0.1]:" + server.port(), channel.peer());
            }
            assertEquals(1, server.talks().size());
            assertFalse(server.commands().contains("RSET"));
            var record = rig.connections().getFirst();
            assertEquals("quit", record.end());
            assertEquals(3, record.messages());
        }
    }

    /** A pipelining server and one that is not must come to the same. */
    static Stream<Arguments> oddAnswers() {
        return Stream.of(
                // MAIL
                row("MAIL", "451 4.3.0 later", "TRANSIENT 451 4.3.0 later", "TRANSIENT 451 4.3.0 later"),
                row("MAIL", "550 5.7.1 no", "PERMANENT 550 5.7.1 no", "PERMANENT 550 5.7.1 no"),
                row("MAIL", "552 5.3.4 too big", "PERMANENT 552 5.3.4 too big", "PERMANENT 552 5.3.4 too big"),
                row("MAIL", "421 4.3.2 going", "TRANSIENT 421 4.3.2 going", "TRANSIENT 421 4.3.2 going"),
                row("MAIL", "354 what", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                row("MAIL", "garbage", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                // RCPT
                row("RCPT TO:<b@", "550 no such user", "PERMANENT 550 no such user", "DELIVERED 250 2.0.0 queued"),
                row(
                        "RCPT TO:<b@",
                        "450 4.2.0 greylisted",
                        "TRANSIENT 450 4.2.0 greylisted",
                        "DELIVERED 250 2.0.0 queued"),
                row("RCPT TO:<b@", "552 5.2.2 full", "TRANSIENT 452 4.2.2 full", "DELIVERED 250 2.0.0 queued"),
                row("RCPT TO:<b@", "251 2.1.5 forwarded", "DELIVERED 250 2.0.0 queued", "DELIVERED 250 2.0.0 queued"),
                row("RCPT TO:<b@", "550-one\n550 two", "PERMANENT 550 one two", "DELIVERED 250 2.0.0 queued"),
                row(
                        "RCPT TO:<b@",
                        "421 4.7.0 slow down",
                        "TRANSIENT 421 4.7.0 slow down",
                        "TRANSIENT 421 4.7.0 slow down"),
                row("RCPT", "550 5.1.1 nobody", "PERMANENT 550 5.1.1 nobody", "PERMANENT 550 5.1.1 nobody"),
                row("RCPT", "354 what", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                // DATA
                row("DATA", "451 4.3.0 later", "TRANSIENT 451 4.3.0 later", "TRANSIENT 451 4.3.0 later"),
                row("DATA", "554 5.7.1 no", "PERMANENT 554 5.7.1 no", "PERMANENT 554 5.7.1 no"),
                row("DATA", "250 not a 354", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                row("DATA", "421 4.3.2 going", "TRANSIENT 421 4.3.2 going", "TRANSIENT 421 4.3.2 going"),
                // the end of the message
                row("CONTENT", "250 ok", "DELIVERED 250 ok", "DELIVERED 250 ok"),
                row("CONTENT", "250-a\n250-b\n250 c", "DELIVERED 250 a b c", "DELIVERED 250 a b c"),
                row("CONTENT", "250-so far\n550 no", "PERMANENT 550 so far no", "PERMANENT 550 so far no"),
                row("CONTENT", "451 4.7.1 later", "TRANSIENT 451 4.7.1 later", "TRANSIENT 451 4.7.1 later"),
                row("CONTENT", "554 5.6.0 spam", "PERMANENT 554 5.6.0 spam", "PERMANENT 554 5.6.0 spam"),
                row("CONTENT", "421 4.3.2 full", "TRANSIENT 421 4.3.2 full", "TRANSIENT 421 4.3.2 full"),
                row("CONTENT", "354 go on", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                row("CONTENT", "????", "TRANSIENT 451 4.5.0", "TRANSIENT 451 4.5.0"),
                row("CONTENT", Answer.raw("250 bare LF\n"), "DELIVERED 250 bare LF", "DELIVERED 250 bare LF"),
                row(
                        "CONTENT",
                        Answer.raw("250 cut off").then(Answer.drop()),
                        "DELIVERED 250 cut off",
                        "DELIVERED 250 cut off"),
                row(
                        "CONTENT",
                        Answer.raw("250-cut off").then(Answer.drop()),
                        "TRANSIENT 421 4.4.2",
                        "TRANSIENT 421 4.4.2"),
                row("CONTENT", Answer.raw("250 " + "x".repeat(5_000) + "\r\n"), "DELIVERED 250 x", "DELIVERED 250 x"),
                row("CONTENT", Answer.drop(), "TRANSIENT 421 4.4.2", "TRANSIENT 421 4.4.2"),
                row("CONTENT", Answer.reset(), "TRANSIENT 421 4.4.2", "TRANSIENT 421 4.4.2"),
                row("RCPT TO:<c@", Answer.drop(), "TRANSIENT 421 4.4.2", "TRANSIENT 421 4.4.2"),
                row("MAIL", Answer.drop(), "TRANSIENT 421 4.4.2", "TRANSIENT 421 4.4.2"),
                row("DATA", Answer.drop(), "TRANSIENT 421 4.4.2", "TRANSIENT 421 4.4.2"));
    }

    private static Arguments row(String point, String reply, String b, String c) {
        return row(point, Answer.say(reply), b, c);
    }

    private static Arguments row(String point, Answer answer, String b, String c) {
        return Arguments.of(point, answer, b, c);
    }

    @ParameterizedTest
    @MethodSource("oddAnswers")
    void givesEachRecipientItsOutcome(String point, Answer answer, String b, String c) throws IOException {
        for (String offer : List.of("PIPELINING", "X-NOTHING")) {
            try (var server =
                            ScriptedServer.smtp().offer(offer).on(point, answer).start();
                    Channel channel = rig.open(server)) {
                List<String> outcomes = Rig.shown(rig.send(channel, Rig.message("b@example.com", "c@example.com")));
                assertEquals(2, outcomes.size(), outcomes.toString());
                assertTrue(outcomes.get(0).startsWith("b@example.com " + b), offer + ": " + outcomes);
                assertTrue(outcomes.get(1).startsWith("c@example.com " + c), offer + ": " + outcomes);
            }
        }
    }

    @Test
    void aLossAfterTheFinalDotIsAmbiguous() throws IOException {
        try (var server = ScriptedServer.smtp().on("CONTENT", Answer.drop()).start();
                Channel channel = rig.open(server)) {
            String outcome =
                    Rig.shown(rig.send(channel, Rig.message("b@example.com"))).getFirst();
            assertTrue(outcome.endsWith("may have arrived"), outcome);
            assertFalse(channel.reusable());
        }
    }

    /** RFC 2920 section 3.1. */
    @Test
    void a354AlthoughNobodyWasAcceptedGetsALoneDot() throws IOException {
        try (var server = ScriptedServer.smtp()
                        .offer("PIPELINING")
                        .on("RCPT TO:<b@", "550 5.1.1 no")
                        .on("DATA", "354 go on")
                        .start();
                Channel channel = rig.open(server)) {
            assertEquals(
                    List.of("b@example.com PERMANENT 550 5.1.1 no"),
                    Rig.shown(rig.send(channel, Rig.message("b@example.com"))));
            assertEquals(
                    List.of("c@example.com DELIVERED 250 2.0.0 queued"),
                    Rig.shown(rig.send(channel, Rig.message("c@example.com"))));
            assertEquals("Subject: hi\r\n\r\nHello\r\n.dot\r\n", server.take().text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "X-NOTHING"})
    void resetsOnlyAfterAFailure(String offer) throws IOException {
        try (var server = ScriptedServer.smtp()
                        .offer(offer)
                        .on("DATA", "451 4.3.0 later", "354 go on")
                        .start();
                Channel channel = rig.open(server)) {
            rig.send(channel, Rig.message("b@example.com"));
            assertTrue(channel.reusable());
            rig.send(channel, Rig.message("c@example.com"));
            rig.send(channel, Rig.message("d@example.com"));
            assertEquals(2, server.accepted());
            assertEquals(1, server.commands().stream().filter("RSET"::equals).count());
        }
    }

    @Test
    void tooManyRecipientsGoOnInTheNextTransaction() throws IOException {
        for (String refusal : List.of("452 4.5.3 too many", "552 too many")) {
            try (var server = ScriptedServer.smtp()
                            .offer("PIPELINING")
                            .on("RCPT TO:<d@", refusal, "250 ok")
                            .start();
                    Channel channel = rig.open(server)) {
                var outcomes = rig.send(channel, Rig.message("b@example.com", "c@example.com", "d@example.com"));
                assertEquals(
                        3,
                        outcomes.stream()
                                .filter(o -> o instanceof Outcome.Delivered)
                                .count());
                assertEquals(2, server.accepted());
            }
        }
    }

    @Test
    void splitsByTheLimitOfThePathAndOfTheServer() throws IOException {
        String[] many =
                IntStream.range(0, 250).mapToObj(i -> "r" + i + "@example.com").toArray(String[]::new);
        rig.recipientsPerTransaction(1000);
        try (var server = ScriptedServer.smtp()
                        .offer("PIPELINING", "LIMITS RCPTMAX=120 MAILMAX=2")
                        .start();
                Channel channel = rig.open(server)) {
            List<Outcome> outcomes = rig.send(channel, Rig.message(many));
            assertEquals(
                    250,
                    outcomes.stream()
                            .filter(o -> o instanceof Outcome.Delivered)
                            .count());
            assertEquals(
                    List.of(120, 120, 10),
                    Stream.generate(() -> server.take().rcpts().size()).limit(3).toList());
            assertTrue(channel.reusable());
            rig.send(channel, Rig.message("b@example.com"));
            assertFalse(channel.reusable());
        }
    }

    @Test
    void anotherConnectionTakesThePlaceOfOneThatHasEnded() throws IOException {
        for (String offer : List.of("PIPELINING", "X-NOTHING")) {
            for (Answer end : List.of(
                    Answer.drop(), Answer.say("421 4.4.2 idle for too long").then(Answer.drop()))) {
                try (var server = ScriptedServer.smtp()
                                .offer(offer)
                                .on("MAIL", Answer.say("250 ok"), end, Answer.say("250 ok"))
                                .start();
                        Channel channel = rig.open(server)) {
                    for (int i = 0; i < 3; i++) {
                        assertEquals(
                                List.of("b@example.com DELIVERED 250 2.0.0 queued"),
                                Rig.shown(rig.send(channel, Rig.message("b@example.com"))));
                    }
                    assertEquals(2, server.talks().size());
                    assertEquals(3, server.accepted());
                    assertTrue(channel.reusable());
                }
            }
        }
    }

    @Test
    void aServerThatHasGoneForGoodIsAFailure() throws IOException {
        var server = ScriptedServer.smtp().start();
        try (Channel channel = rig.open(server)) {
            rig.send(channel, Rig.message("b@example.com"));
            server.close();
            assertThrows(ConnectException.class, () -> rig.send(channel, Rig.message("b@example.com")));
            assertFalse(channel.reusable());
        }
    }

    @Test
    void asksWhetherAnIdleConnectionIsAlive() throws IOException {
        try (var server = ScriptedServer.smtp()
                        .on("NOOP", Answer.say("250 yes"), Answer.say("500 what"), Answer.drop())
                        .start();
                Channel channel = rig.open(server)) {
            assertTrue(channel.alive(Duration.ofSeconds(30)));
            assertTrue(channel.alive(Duration.ofSeconds(30)));
            assertFalse(channel.alive(Duration.ofSeconds(30)));
            assertFalse(channel.reusable());
        }
        assertEquals("lost", rig.connections().getFirst().end());
    }

    @Test
    void aStalledPeerCostsItsTimeAndNoMore() throws IOException {
        rig.patience(Duration.ofMillis(300), Duration.ofMillis(300));
        for (String point : List.of("MAIL", "RCPT", "DATA", "CONTENT")) {
            try (var server = ScriptedServer.smtp().on(point, Answer.stall()).start();
                    Channel channel = rig.open(server)) {
                String outcome = Rig.shown(rig.send(channel, Rig.message("b@example.com")))
                        .getFirst();
                assertTrue(outcome.contains("TRANSIENT 421 4.4.2") && outcome.contains("within 300 ms"), outcome);
            }
            assertEquals("timeout", rig.connections().getLast().end());
        }
    }

    /** An octet now and then does not stretch the time for a reply. */
    @Test
    void aDrippingPeerCostsNoMoreThanASilentOne() throws IOException {
        rig.patience(Duration.ofMillis(400), Duration.ofMillis(400));
        String endless = "250 " + "x".repeat(500);
        try (var server = ScriptedServer.smtp()
                        .on("MAIL", Answer.drip(endless, Duration.ofMillis(100)))
                        .start();
                Channel channel = rig.open(server)) {
            String outcome =
                    Rig.shown(rig.send(channel, Rig.message("b@example.com"))).getFirst();
            assertTrue(outcome.contains("TRANSIENT 421 4.4.2"), outcome);
        }
    }

    @Test
    void aRefusalInTheMiddleOfAMessageIsHeard() throws IOException {
        String big = "Subject: big\n\n" + ("x".repeat(70) + "\n").repeat(200_000);
        Answer refusal =
                Answer.say("354 go on").then(Answer.say("552 5.3.4 too big")).then(Answer.reset());
        try (var server = ScriptedServer.smtp().on("DATA", refusal).start();
                Channel channel = rig.open(server)) {
            String outcome = Rig.shown(rig.send(channel, TestMessage.of(big).to("b@example.com")))
                    .getFirst();
            // The reset may overtake the refusal; it is never taken for a delivery.
            assertTrue(outcome.contains("PERMANENT 552") || outcome.contains("TRANSIENT 421 4.4.2"), outcome);
        }
    }

    // ---- extensions

    private static Sender sender(BodyType body, boolean utf8) {
        return new Sender(
                Address.of("a@example.org"),
                body,
                OptionalLong.empty(),
                utf8,
                false,
                Sender.Ret.HDRS,
                Optional.of("id=1+1"),
                Optional.empty(),
                OptionalInt.of(3),
                Map.of());
    }

    @Test
    void passesDsnOnWhereItIsOffered() throws IOException {
        var recipient = new Recipient(
                Address.of("b@example.com"),
                Set.of(Notify.FAILURE, Notify.SUCCESS),
                Optional.of("rfc822;o+1@x.example"),
                Map.of());
        TestMessage message =
                Rig.message().from(sender(BodyType.SEVEN_BIT, false)).to(recipient);
        try (var server =
                        ScriptedServer.smtp().offer("DSN", "MT-PRIORITY MIXER").start();
                Channel channel = rig.open(server)) {
            var outcome = (Outcome.Delivered) rig.send(channel, message).getFirst();
            assertTrue(outcome.relayedWithDsn());
            Received received = server.take();
            assertEquals("MAIL FROM:<a@example.org> RET=HDRS ENVID=id+3D1+2B1 MT-PRIORITY=3", received.mail());
            assertEquals(
                    List.of("RCPT TO:<b@example.com> NOTIFY=FAILURE,SUCCESS ORCPT=rfc822;o+2B1@x.example"),
                    received.rcpts());
        }
        try (var server = ScriptedServer.smtp().start();
                Channel channel = rig.open(server)) {
            var outcome = (Outcome.Delivered) rig.send(channel, message).getFirst();
            assertFalse(outcome.relayedWithDsn());
            Received received = server.take();
            assertEquals("MAIL FROM:<a@example.org>", received.mail());
            assertEquals(List.of("RCPT TO:<b@example.com>"), received.rcpts());
        }
    }

    @Test
    void eightBitContentNeedsTheExtension() throws IOException {
        TestMessage plain = Rig.message("b@example.com").from(sender(BodyType.EIGHT_BIT_MIME, false));
        TestMessage eight = TestMessage.of("Subject: hi\n\ncafé\n")
                .to("b@example.com")
                .from(sender(BodyType.EIGHT_BIT_MIME, false));
        assertEquals("PERMANENT 554 5.6.3", code(eight));
        assertEquals("DELIVERED 250 2.0.0", code(plain));
        assertEquals("DELIVERED 250 2.0.0", code(eight, "8BITMIME"));
        assertEquals("DELIVERED 250 2.0.0", code(eight.from(sender(BodyType.BINARY_MIME, false)), "8BITMIME"));
        assertEquals("PERMANENT 554 5.6.3", code(eight.from(sender(BodyType.BINARY_MIME, false)), "BINARYMIME"));
        assertEquals("DELIVERED 250 2.0.0", code(eight, "BINARYMIME", "CHUNKING"));
    }

    @Test
    void utf8OnlyWhereItIsNeeded() throws IOException {
        TestMessage plain = Rig.message("b@example.com").from(sender(BodyType.SEVEN_BIT, true));
        assertEquals("DELIVERED 250 2.0.0", code(plain));
        TestMessage header =
                TestMessage.of("Subject: café\n\nhi\n").to("b@example.com").from(sender(BodyType.SEVEN_BIT, true));
        assertEquals("PERMANENT 550 5.6.7", code(header));
        assertEquals("DELIVERED 250 2.0.0", code(header, "SMTPUTF8", "8BITMIME"));
        assertEquals("PERMANENT 550 5.6.7", code(Rig.message("bücher@example.com")));
        assertEquals("DELIVERED 250 2.0.0", code(Rig.message("bücher@example.com"), "SMTPUTF8"));
        // A domain can be said in ASCII.
        try (var server = ScriptedServer.smtp().start();
                Channel channel = rig.open(server)) {
            rig.send(channel, Rig.message("b@bücher.example"));
            assertEquals(
                    List.of("RCPT TO:<b@xn--bcher-kva.example>"), server.take().rcpts());
        }
    }

    private String code(TestMessage message, String... offers) throws IOException {
        try (var server = ScriptedServer.smtp().offer(offers).start();
                Channel channel = rig.open(server)) {
            String[] words = Rig.shown(rig.send(channel, message)).getFirst().split(" ");
            return words[1] + " " + words[2] + " " + words[3];
        }
    }

    @Test
    void sizeIsCheckedBeforeItIsSent() throws IOException {
        try (var server = ScriptedServer.smtp().offer("SIZE 20").start();
                Channel channel = rig.open(server)) {
            assertEquals(
                    "b@example.com PERMANENT 552 5.3.4 the message has 28 octets, " + channel.peer() + " takes 20",
                    Rig.shown(rig.send(channel, Rig.message("b@example.com"))).getFirst());
            assertTrue(channel.reusable());
        }
    }

    @Test
    void addressesStayInTheirBrackets() throws IOException {
        try (var server = ScriptedServer.smtp().start();
                Channel channel = rig.open(server)) {
            List<String> outcomes = Rig.shown(rig.send(
                    channel,
                    Rig.message("b@example.com", "x> NOTIFY=NEVER@example.com", "\"quoted > local\"@example.com")));
            assertTrue(
                    outcomes.getFirst().startsWith("x> NOTIFY=NEVER@example.com PERMANENT 553 5.1.3"),
                    outcomes.toString());
            assertEquals(
                    List.of("RCPT TO:<b@example.com>", "RCPT TO:<\"quoted > local\"@example.com>"),
                    server.take().rcpts());
        }
    }

    @Test
    void chunksWithAndWithoutPipelining() throws IOException {
        rig.chunking();
        String big = "Subject: big\n\n" + (".".repeat(70) + "\n").repeat(2_000);
        for (String[] offer : new String[][] {{"CHUNKING"}, {"CHUNKING", "PIPELINING"}}) {
            try (var server = ScriptedServer.smtp()
                            .offer(offer)
                            .on("RCPT TO:<no@", "550 5.1.1 no")
                            .start();
                    Channel channel = rig.open(server)) {
                for (TestMessage message : List.of(
                        Rig.message("b@example.com"), TestMessage.of(big).to("b@example.com"))) {
                    assertEquals(
                            List.of(
                                    "b@example.com DELIVERED 250 2.0.0 queued",
                                    "no@example.com PERMANENT 550 5.1.1 no"),
                            Rig.shown(rig.send(channel, message.to("no@example.com"))));
                    assertEquals(message.text(), server.take().text());
                }
                assertEquals(
                        List.of("no@example.com PERMANENT 550 5.1.1 no"),
                        Rig.shown(rig.send(channel, Rig.message("no@example.com"))));
                assertTrue(channel.reusable());
                assertFalse(server.commands().contains("DATA"));
            }
        }
    }

    @Test
    void binaryContentGoesAsItIs() throws IOException {
        TestMessage binary = TestMessage.of("Subject: b\n\n\u0000.\n.\n")
                .to("b@example.com")
                .from(sender(BodyType.BINARY_MIME, false));
        try (var server = ScriptedServer.smtp().offer("CHUNKING", "BINARYMIME").start();
                Channel channel = rig.open(server)) {
            rig.send(channel, binary);
            Received received = server.take();
            assertEquals(binary.text(), received.text());
            assertTrue(received.mail().contains(" BODY=BINARYMIME"), received.mail());
        }
    }

    @Test
    void unreadableContentIsNobodysFaultAndNeverCutShort() throws IOException {
        for (int fault = 0; fault < 2; fault++) {
            var message = new BrokenMessage(Rig.message("b@example.com"), fault == 0);
            try (var server = ScriptedServer.smtp().start();
                    Channel channel = rig.open(server)) {
                String outcome = Rig.shown(rig.send(channel, message)).getFirst();
                assertTrue(outcome.contains("TRANSIENT 451 4.3.0 the message could not be read"), outcome);
                assertFalse(channel.reusable());
                assertEquals(0, server.accepted());
            }
        }
    }

    // ---- LMTP, RFC 2033

    @Test
    void lmtpHasAReplyForEachRecipient() throws IOException {
        try (var server = ScriptedServer.lmtp()
                        .offer("PIPELINING")
                        .on("RCPT TO:<no@", "550 5.1.1 no")
                        .on("CONTENT FOR:<full@", "452 4.2.2 full")
                        .start();
                Channel channel = rig.openLmtp(server)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        List.of(
                                "b@example.com DELIVERED 250 2.0.0 queued",
                                "no@example.com PERMANENT 550 5.1.1 no",
                                "full@example.com TRANSIENT 452 4.2.2 full"),
                        Rig.shown(
                                rig.send(channel, Rig.message("b@example.com", "no@example.com", "full@example.com"))));
            }
            assertTrue(server.commands().getFirst().startsWith("LHLO "));
        }
    }

    @Test
    void lmtpKeepsWhatWasSaidBeforeALoss() throws IOException {
        try (var server = ScriptedServer.lmtp()
                        .on("CONTENT FOR:<c@", Answer.drop())
                        .start();
                Channel channel = rig.openLmtp(server)) {
            List<String> outcomes = Rig.shown(rig.send(channel, Rig.message("b@example.com", "c@example.com")));
            assertEquals("b@example.com DELIVERED 250 2.0.0 queued", outcomes.get(0));
            assertTrue(outcomes.get(1).startsWith("c@example.com TRANSIENT 421 4.4.2"), outcomes.toString());
        }
    }
}
