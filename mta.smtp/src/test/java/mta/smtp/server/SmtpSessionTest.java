package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sessions over a wire in memory. */
class SmtpSessionTest {

    @Test
    void aMessageComesThrough() {
        var server = new TestServer();
        String said = server.talk(
                "EHLO client.example\r\n",
                "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n",
                "Subject: test\r\n\r\nHello\r\n..dot\r\n.\r\nQUIT\r\n");
        assertEquals(1, server.intake.taken.size(), said);
        var taken = server.intake.taken.getFirst();
        assertEquals("Subject: test\r\n\r\nHello\r\n.dot\r\n", taken.sent());
        assertEquals(
                "Received: from client.example ([192.0.2.7])\r\n\tby mx.example.org with ESMTP id ID0001"
                        + "\r\n\tfor <b@example.org>;\r\n\tTue, 24 Nov 2026 10:00:00 +0000\r\n",
                taken.content().substring(0, taken.content().indexOf("Subject")));
        assertEquals("a@example.com", taken.envelope().sender().address().toString());
        assertEquals("""
                220 mx.example.org ESMTP
                250-mx.example.org
                250-PIPELINING
                250-SIZE 52428800
                250-8BITMIME
                250-SMTPUTF8
                250-ENHANCEDSTATUSCODES
                250-DSN
                250-CHUNKING
                250-BINARYMIME
                250-MT-PRIORITY
                250 LIMITS RCPTMAX=1000
                250 2.1.0 Ok
                250 2.1.5 Ok
                354 End data with <CR><LF>.<CR><LF>
                250 2.0.0 Ok: queued as ID0001
                221 2.0.0 Bye
                """, said.replace("\r\n", "\n"));
        assertEquals(0, server.intake.open.get());
        assertEquals(0, server.hooks.openPins.get());
    }

    @Test
    void repliesToPipelinedCommandsGoOutTogether() {
        var server = new TestServer();
        var wire = new TestServer.ScriptedWire(
                "EHLO client.example\r\n".getBytes(StandardCharsets.US_ASCII),
                "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n"
                        .getBytes(StandardCharsets.US_ASCII),
                "Subject: test\r\n\r\nHello\r\n.\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        server.serve(wire);
        assertEquals(4, wire.writes, wire.said.toString());
        assertTrue(wire.said.toString().endsWith("221 2.0.0 Bye\r\n"));
    }

    /** Challenges once, then says what the test wants; counts how often it is told that it is over. */
    private record Counting(SaslMechanism.Step last, AtomicInteger begun, AtomicInteger over) implements SaslMechanism {

        @Override
        public boolean plaintext() {
            return false;
        }

        @Override
        public Exchange begin(Session session) {
            begun.incrementAndGet();
            return new Exchange() {
                @Override
                public Step step(byte[] response, boolean initial) {
                    if (response.length == 1) {
                        throw new IllegalStateException("trouble");
                    }
                    return initial ? new Step.Challenge(new byte[0]) : last;
                }

                @Override
                public void close() {
                    over.incrementAndGet();
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA\r\nQUIT\r\n", "*\r\nQUIT\r\n", "???\r\nQUIT\r\n", "AA==\r\nQUIT\r\n", "", "AAAA\r\n"})
    void anExchangeIsToldOnceThatItIsOver(String response) {
        for (SaslMechanism.Step last : List.of(
                new SaslMechanism.Step.Success("ann"),
                new SaslMechanism.Step.Failure("ann"),
                new SaslMechanism.Step.Challenge(new byte[0]))) {
            var mechanism = new Counting(last, new AtomicInteger(), new AtomicInteger());
            var server = new TestServer();
            server.hooks.driver("OWN", mechanism);
            server.talk("EHLO client.example\r\nAUTH OWN\r\n", response);
            assertEquals(1, mechanism.begun.get());
            assertEquals(1, mechanism.over.get(), response + " " + last);
        }
    }
}
