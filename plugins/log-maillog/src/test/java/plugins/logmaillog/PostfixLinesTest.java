package plugins.logmaillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Rejection;
import org.junit.jupiter.api.Test;

class PostfixLinesTest {

    private final PostfixLines lines = new PostfixLines("mx1", ZoneOffset.UTC, false);

    /** Without the head and with a fixed number for the process. */
    private String of(LogRecord record) {
        return lines.of(record)
                .replaceAll("(?m)^Nov  4 08:09:10 mx1 postfix/", "")
                .replace("[" + ProcessHandle.current().pid() + "]", "[1]");
    }

    private static LogRecord.Event spilled(LogRecord record) {
        Map<String, Object> values = new LinkedHashMap<>();
        record.describe(new LogRecord.Fields() {
            @Override
            public void text(String name, String value) {
                values.put(name, value);
            }

            @Override
            public void number(String name, long value) {
                values.put(name, value);
            }

            @Override
            public void flag(String name, boolean value) {
                values.put(name, value);
            }

            @Override
            public void texts(String name, List<String> many) {
                values.put(name, many);
            }
        });
        return new LogRecord.Event(record.time(), record.kind(), values);
    }

    @Test
    void aMessageComesIn() {
        assertEquals(
                """
                smtpd[1]: 0G5ZQ3K8N0001: client=unknown[192.0.2.1]
                cleanup[1]: 0G5ZQ3K8N0001: message-id=<1@origin.example>
                qmgr[1]: 0G5ZQ3K8N0001: from=<a@origin.example>, size=1234, nrcpt=2 (queue active)
                """,
                of(Samples.received("0G5ZQ3K8N0001", "a@origin.example", 1234, "b@dest.example", "c@dest.example")));
        assertEquals("""
                pickup[1]: M1: uid=0 from=<a@origin.example>
                cleanup[1]: M1: message-id=
                qmgr[1]: M1: from=<a@origin.example>, size=700, nrcpt=1 (queue active)
                """, of(Samples.injected("M1", "a@origin.example")));
        assertEquals("""
                cleanup[1]: M2: message-id=
                qmgr[1]: M2: from=<>, size=700, nrcpt=1 (queue active)
                """, of(Samples.injected("M2", "")));
        assertEquals("""
                smtpd[1]: M3: client=unknown[2001:db8::1], sasl_method=PLAIN, sasl_username=ann
                smtpd[1]: M3: hold: END-OF-MESSAGE from unknown[2001:db8::1]: a virus, perhaps; from=<a@origin.example> to=<> proto=ESMTPSA helo=<>
                cleanup[1]: M3: message-id=
                qmgr[1]: M3: from=<a@origin.example>, size=900, nrcpt=1 (queue hold)
                """, of(Samples.held("M3")));
    }

    @Test
    void andGoesOut() {
        assertEquals(
                "smtp[1]: M1: to=<b@dest.example>, relay=mx.dest.example[198.51.100.7]:25, delay=1.23,"
                        + " delays=1.23/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F1)\n",
                of(Samples.delivered("M1", "b@dest.example")));
        assertEquals(
                "smtp[1]: M1: to=<b@dest.example>, relay=mx.dest.example[198.51.100.7]:25, delay=75, delays=75/0/0/0,"
                        + " dsn=4.2.2, status=deferred (host mx.dest.example[198.51.100.7] said: 452 4.2.2 Mailbox full)\n",
                of(Samples.deferred("M1", "b@dest.example")));
        assertEquals(
                "lmtp[1]: M1: to=<b@dest.example>, relay=none, delay=0.04, delays=0.04/0/0/0, dsn=5.0.0,"
                        + " status=bounced (550 User unknown)\n",
                of(Samples.bounced("M1", "b@dest.example")));
    }

    @Test
    void refusals() {
        assertEquals(
                "smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 550 5.7.1 <b@dest.example>: Recipient address"
                        + " rejected: Relaying denied; from=<spam@bulk.example> to=<b@dest.example> proto=ESMTP helo=<>\n",
                of(Samples.rejected("rcpt", "b@dest.example", "550 5.7.1 Relaying denied")));
        assertEquals(
                "smtpd[1]: NOQUEUE: reject: END-OF-MESSAGE from unknown[203.0.113.9]: 554 5.7.1 Spam;"
                        + " from=<spam@bulk.example> to=<> proto=ESMTP helo=<>\n",
                of(Samples.rejected("message", "", "554 5.7.1 Spam")));
        assertEquals(
                "smtpd[1]: warning: unknown[203.0.113.9]: SASL PLAIN authentication failed: sasl_username=root\n",
                of(Samples.login(false)));
        assertEquals("", of(Samples.login(true)));
    }

    @Test
    void connections() {
        String text = lines.of(Samples.session("lost"));
        String pid = text.replaceAll("(?s).*smtpd\\[(\\d+)]: disconnect.*", "$1");
        assertEquals("""
                Nov  4 08:09:08 mx1 postfix/smtpd[PID]: connect from unknown[192.0.2.1]
                Nov  4 08:09:10 mx1 postfix/smtpd[PID]: lost connection (lost) from unknown[192.0.2.1]
                Nov  4 08:09:10 mx1 postfix/smtpd[PID]: disconnect from unknown[192.0.2.1]
                """, text.replace("[" + pid + "]", "[PID]"));
        assertFalse(lines.of(Samples.session("quit")).contains("[" + pid + "]"), "each has a number of its own");
        assertEquals(
                "smtp[1]: connect to mx.dest.example[198.51.100.7]:25: Connection refused\n",
                of(Samples.unreachable()));
    }

    @Test
    void clientsWithANameAreCalledByIt() {
        Optional<String> name = Optional.of("mail.origin.example");
        String client = "mail.origin.example[192.0.2.1]";
        var rejection = new Rejection(
                Samples.TIME,
                "s1",
                "mx",
                "192.0.2.1",
                name,
                Optional.of("e>hlo.example"),
                "SMTP",
                Optional.empty(),
                "rcpt",
                "a@b.example",
                "c@d.example",
                Reply.parse("550 5.7.1 No"),
                Optional.empty(),
                "");
        var connection = new Connection(
                Samples.TIME, "in", "mx", "192.0.2.1:4711", name, "", 1, Duration.ofSeconds(2), "quit", "");
        var login = new Authentication(Samples.TIME, "s1", "mx", "192.0.2.1", name, "PLAIN", "root", false);
        assertEquals(
                "smtpd[1]: NOQUEUE: reject: RCPT from " + client + ": 550 5.7.1 <c@d.example>: Recipient address"
                        + " rejected: No; from=<a@b.example> to=<c@d.example> proto=SMTP helo=<e?hlo.example>\n",
                of(rejection));
        assertEquals(
                "smtpd[1]: warning: " + client + ": SASL PLAIN authentication failed: sasl_username=root\n", of(login));
        assertTrue(lines.of(connection).contains("]: disconnect from " + client + "\n"));
        assertTrue(of(Samples.named("M1")).startsWith("smtpd[1]: M1: client=" + client + "\n"));
        for (LogRecord record : List.of(rejection, login, Samples.named("M1"))) {
            assertEquals(lines.of(record), lines.of(spilled(record)));
        }
    }

    @Test
    void othersGiveNoLine() {
        assertEquals("", of(new LogRecord.Event(Instant.EPOCH, "Score", Map.of("id", "M1"))));
        assertTrue(of(Samples.failure()).startsWith("master[1]: warning: plugin clamav (Reception.message) late"));
    }

    @Test
    void aRecordThatHasWaitedOnDiskGivesTheSame() {
        for (LogRecord record : List.of(
                Samples.received("M1", "a@b.example", 5, "c@d.example", "e@f.example"),
                Samples.held("M1"),
                Samples.delivered("M1", "b@c.example"),
                Samples.deferred("M1", "b@c.example"),
                Samples.bounced("M1", "b@c.example"),
                Samples.rejected("rcpt", "b@c.example", "450 4.7.1 Later"),
                Samples.login(false),
                Samples.unreachable())) {
            assertEquals(lines.of(record), lines.of(spilled(record)));
        }
    }

    /** Strangers write into the log: they must not write lines of their own. */
    @Test
    void aLineStaysALine() {
        var evil = new LogRecord.Event(
                Samples.TIME,
                "Rejection",
                Map.of(
                        "stage",
                        "rcpt",
                        "client",
                        "203.0.113.9",
                        "sender",
                        "x> to=<y\r\nNov  4 08:09:10 mx1 postfix/smtpd[1]: EVIL",
                        "recipient",
                        "\u2028\u0085\u001b[2J",
                        "reply",
                        "550 5.7.1 no\u0000\u0007"));
        String text = lines.of(evil);
        assertEquals(1, text.lines().count());
        assertTrue(text.contains("from=<x? to=?y??Nov  4"), text);
        assertTrue(text.contains("to=<???[2J>"), text);
    }

    @Test
    void timesAreLocal() {
        var zone = ZoneId.of("Europe/Berlin");
        assertTrue(new PostfixLines("mx1", zone, false)
                .of(Samples.unreachable())
                .startsWith("Nov  4 09:09:10 mx1 postfix/smtp["));
        assertTrue(new PostfixLines("mx1", zone, true)
                .of(Samples.unreachable())
                .startsWith("2026-11-04T09:09:10.123456+01:00 mx1 postfix/smtp["));
    }
}
