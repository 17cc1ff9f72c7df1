package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.plugins.api.Address;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport.Channel;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.testkit.plugin.TestMessage;
import mta.testkit.smtp.Received;
import mta.testkit.smtp.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stages envelope and content: their changes hold for the attempt only. */
final class AttemptStagesTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private List<String> send(ScriptedServer server, TestMessage message, Delivery plugin) throws IOException {
        rig.plugin(plugin, "envelope", "content");
        try (Channel channel = rig.open(server)) {
            return Rig.shown(rig.send(channel, message));
        }
    }

    @Test
    void senderAndContentChangeForTheAttempt() throws IOException {
        TestMessage message = TestMessage.of("Received: x\nSubject: old\nX-Gone: 1\nX-Gone: 2\n\nbody\n")
                .from("a@example.org")
                .to("b@example.com");
        String before = message.text();
        try (var server = ScriptedServer.smtp().offer("SIZE").start()) {
            send(server, message, new Delivery() {
                @Override
                public Verdict envelope(Attempt attempt, Message message) {
                    message.replaceSender(message.envelope()
                            .sender()
                            .withAddress(Address.of("bounce+b=example.com@example.org")));
                    return Verdict.next();
                }

                @Override
                public Verdict content(Attempt attempt, Message message) {
                    assertEquals("old", message.headers().first("subject").orElseThrow());
                    message.headers().replace(0, Header.of("Subject", "new"));
                    message.headers().remove("X-Gone");
                    message.headers().prepend(Header.of("X-First", "1"));
                    message.headers().append(Header.of("X-Last", "2"));
                    return Verdict.next();
                }
            });
            Received received = server.take();
            String expected = "X-First: 1\r\nReceived: x\r\nSubject: new\r\nX-Last: 2\r\n\r\nbody\r\n";
            assertEquals(expected, received.text());
            assertEquals("MAIL FROM:<bounce+b=example.com@example.org> SIZE=" + expected.length(), received.mail());
        }
        assertEquals(before, message.text());
        assertEquals("a@example.org", message.envelope().sender().address().toString());
    }

    @Test
    void anotherBody() throws IOException {
        try (var server = ScriptedServer.smtp().start()) {
            send(server, Rig.message("b@example.com"), new Delivery() {
                @Override
                public Verdict content(Attempt attempt, Message message) {
                    message.replaceBody(new ByteArrayInputStream(".other\r\n".getBytes(StandardCharsets.US_ASCII)));
                    return Verdict.next();
                }
            });
            assertEquals("Subject: hi\r\n\r\n.other\r\n", server.take().text());
        }
    }

    @Test
    void aFailedCallLeavesNoTrace() throws IOException {
        try (var server = ScriptedServer.smtp().start()) {
            List<String> outcomes = send(server, Rig.message("b@example.com"), new Delivery() {
                @Override
                public Verdict envelope(Attempt attempt, Message message) {
                    message.replaceSender(message.envelope().sender().withAddress(Address.of("x@example.org")));
                    throw new IllegalStateException("no");
                }
            });
            assertTrue(outcomes.getFirst().contains("TRANSIENT 451"), outcomes.toString());
            assertEquals(0, server.accepted());
        }
    }

    @Test
    void aRefusalIsTheOutcome() throws IOException {
        try (var server = ScriptedServer.smtp().start()) {
            List<String> outcomes = send(server, Rig.message("b@example.com", "c@example.com"), new Delivery() {
                @Override
                public Verdict content(Attempt attempt, Message message) {
                    return Verdict.refuse("554 5.7.1 not this");
                }
            });
            assertEquals(
                    List.of("b@example.com PERMANENT 554 5.7.1 not this", "c@example.com PERMANENT 554 5.7.1 not this"),
                    outcomes);
            assertTrue(server.commands().stream().noneMatch(c -> c.startsWith("MAIL")), server.commands().toString());
        }
    }
}
