package plugins.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestIntake;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DsnTest {

    private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");
    private static final Reply UNKNOWN_USER = Reply.parse("550 5.1.1 No such user");

    private final TestIntake intake = new TestIntake();
    private final TestMessage message = TestMessage.of(
                    "Received: from a by b\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@x.example>\n\n"
                            + "Secret body\n")
            .from("ann@x.example")
            .to("bob@y.example");

    private Dsn dsn(Object... pairs) throws IOException {
        var all = new ArrayList<Object>(List.of("hostname", "mx.test"));
        all.addAll(List.of(pairs));
        return new Dsn(intake, Settings.of(Dsn.Config.class, all.toArray()), () -> NOW);
    }

    private static Notice.Report report(Recipient recipient, Fate fate) {
        return new Notice.Report(
                recipient,
                fate,
                Optional.of("mx.y.example[192.0.2.1]:25"),
                Optional.of(NOW.minusSeconds(60)),
                Optional.of(NOW.plusSeconds(86_400)));
    }

    private static Recipient recipient(String address, Notify... notify) {
        return new Recipient(Address.of(address), Set.of(notify), Optional.empty(), Map.of());
    }

    private Notice failure(Recipient... recipients) {
        return new Notice(
                Notify.FAILURE,
                message,
                java.util.Arrays.stream(recipients)
                        .map(recipient -> report(recipient, new Fate.Bounced(UNKNOWN_USER)))
                        .toList());
    }

    private static Sender sender(
            String address, Sender.Ret ret, Optional<String> envid, boolean smtpUtf8, boolean tls) {
        return new Sender(
                Address.of(address),
                BodyType.SEVEN_BIT,
                OptionalLong.empty(),
                smtpUtf8,
                tls,
                ret,
                envid,
                Optional.empty(),
                OptionalInt.empty(),
                Map.of());
    }

    private String sent() {
        return new String(intake.only().content(), StandardCharsets.UTF_8);
    }

    @Test
    void aFailureIsToldToTheSender() throws Exception {
        Result result = Stages.bounce(dsn(), failure(recipient("bob@y.example")));
        assertTrue(result.isAccept());
        TestIntake.Injected notice = intake.only();
        assertTrue(notice.envelope().sender().address().isNull());
        Recipient to = notice.envelope().recipients().getFirst();
        assertEquals("ann@x.example", to.address().toString());
        assertEquals(Set.of(Notify.NEVER), to.notifyOn(), "RFC 3461 section 6.2");
        String text = sent();
        for (String part : List.of(
                "Subject: Your message could not be delivered\r\n",
                "To: <ann@x.example>\r\n",
                "In-Reply-To: <1@x.example>\r\n",
                "There is no such mailbox.",
                "Check the address for typing mistakes",
                "Subject: Gr=C3=BC=C3=9Fe",
                "Reporting-MTA: dns; mx.test\r\n",
                "Arrival-Date: Fri, 2 Jan 2026 03:04:05 +0000\r\n",
                "Final-Recipient: rfc822; bob@y.example\r\n",
                "Action: failed\r\n",
                "Status: 5.1.1\r\n",
                "Remote-MTA: dns; mx.y.example\r\n",
                "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n",
                "Last-Attempt-Date: Fri, 2 Jan 2026 23:59:00 +0000\r\n",
                "Received: from a by b\r\n")) {
            assertTrue(text.contains(part), part + " in\n" + text);
        }
        assertFalse(text.contains("Secret body"), "only the header section unless asked for");
        assertFalse(text.contains("Will-Retry-Until"));
        assertFalse(text.replace("\r\n", "").contains("\n"), "every line ends in CRLF");
    }

    @Test
    void neverANoticeAboutANotice() throws Exception {
        message.from("");
        Result result = Stages.bounce(dsn(), failure(recipient("bob@y.example")));
        assertInstanceOf(Verdict.Discard.class, result.verdict());
        assertTrue(intake.injected().isEmpty());
    }

    @Test
    void thePostmasterHearsOfLostNoticesOnce() throws Exception {
        message.from("");
        Dsn dsn = dsn("postmaster", "pm@x.example");
        assertTrue(Stages.bounce(dsn, failure(recipient("bob@y.example"))).isAccept());
        assertEquals(
                "pm@x.example",
                intake.only().envelope().recipients().getFirst().address().toString());
        assertTrue(intake.only().envelope().sender().address().isNull());
        // that notice fails as well: its sender is null, its recipient the postmaster
        assertInstanceOf(
                Verdict.Discard.class,
                Stages.bounce(dsn, failure(recipient("pm@x.example"))).verdict());
        var delay = new Notice(
                Notify.DELAY,
                message,
                List.of(report(recipient("bob@y.example"), new Fate.Expired(Reply.parse("451 4.4.1 away")))));
        assertInstanceOf(Verdict.Discard.class, Stages.bounce(dsn, delay).verdict());
        assertEquals(1, intake.injected().size());
    }

    @Test
    void notifyIsHonoured() throws Exception {
        Dsn dsn = dsn();
        Notice unwanted = failure(recipient("a@y.example", Notify.NEVER), recipient("b@y.example", Notify.SUCCESS));
        assertInstanceOf(Verdict.Discard.class, Stages.bounce(dsn, unwanted).verdict());
        Stages.bounce(dsn, failure(recipient("a@y.example", Notify.NEVER), recipient("c@y.example", Notify.FAILURE)));
        assertTrue(sent().contains("c@y.example"));
        assertFalse(sent().contains("a@y.example"));
    }

    @Test
    void successIsToldWhereAskedForAndTheNextHopCannot() throws Exception {
        Dsn dsn = dsn();
        Reply ok = Reply.parse("250 2.1.5 Ok");
        for (var quiet : List.of(
                report(recipient("a@y.example"), new Fate.Delivered(ok, false)),
                report(recipient("a@y.example", Notify.SUCCESS), new Fate.Delivered(ok, true)))) {
            var notice = new Notice(Notify.SUCCESS, message, List.of(quiet));
            assertInstanceOf(Verdict.Discard.class, Stages.bounce(dsn, notice).verdict());
        }
        Stages.bounce(
                dsn,
                new Notice(
                        Notify.SUCCESS,
                        message,
                        List.of(report(recipient("a@y.example", Notify.SUCCESS), new Fate.Delivered(ok, false)))));
        assertTrue(sent().contains("Action: relayed\r\nStatus: 2.1.5\r\n"), sent());
    }

    @Test
    void aDelayIsNoFailure() throws Exception {
        Stages.bounce(
                dsn(),
                new Notice(
                        Notify.DELAY,
                        message,
                        List.of(report(
                                recipient("a@y.example"), new Fate.Expired(Reply.parse("451 4.4.1 no answer"))))));
        assertTrue(sent().contains("Action: delayed\r\nStatus: 4.4.1\r\n"), sent());
        assertTrue(sent().contains("Will-Retry-Until: Sun, 4 Jan 2026 00:00:00 +0000\r\n"));
        assertTrue(sent().contains("YOU NEED NOT SEND"));
    }

    @Test
    void whatRanOutOfTimeSaysSo() throws Exception {
        Stages.bounce(
                dsn(),
                new Notice(
                        Notify.FAILURE,
                        message,
                        List.of(report(recipient("a@y.example"), new Fate.Expired(Reply.parse("451 busy"))))));
        assertTrue(sent().contains("Action: failed\r\nStatus: 4.4.7\r\n"), sent());
        assertTrue(sent().contains("Diagnostic-Code: smtp; 451 busy\r\n"));
    }

    @Test
    void anOperatorMayRemoveQuietly() throws Exception {
        var quiet = new Notice(
                Notify.FAILURE,
                message,
                List.of(report(recipient("a@y.example"), new Fate.Removed(UNKNOWN_USER, false))));
        assertInstanceOf(Verdict.Discard.class, Stages.bounce(dsn(), quiet).verdict());
    }

    @Test
    void aRefusalByTheQueueIsTriedAgainIfThatMayHelp() throws Exception {
        intake.refusing("452 4.3.1 no room");
        Result result = Stages.bounce(dsn(), failure(recipient("bob@y.example")));
        assertEquals("452 4.3.1 no room", result.refusal().toString());
        intake.refusing("550 5.7.1 never");
        assertTrue(Stages.bounce(dsn(), failure(recipient("bob@y.example"))).isAccept());
        assertTrue(intake.injected().isEmpty());
    }

    @Test
    void returnsWhatWasAskedForWithinLimits() throws Exception {
        message.from(sender("ann@x.example", Sender.Ret.FULL, Optional.of("env 7"), false, false));
        Stages.bounce(dsn(), failure(recipient("bob@y.example")));
        assertTrue(sent().contains("Content-Type: message/rfc822\r\n") && sent().contains("Secret body"), sent());
        assertTrue(sent().contains("Original-Envelope-Id: env 7\r\n"));
        for (Object[] less : new Object[][] {{"maxReturned", "60"}, {"maxReturned", "0"}}) {
            var other = new TestIntake();
            var small = new Dsn(other, Settings.of(Dsn.Config.class, less), () -> NOW);
            Stages.bounce(small, failure(recipient("bob@y.example")));
            String text = new String(other.only().content(), StandardCharsets.UTF_8);
            assertTrue(text.contains("text/rfc822-headers"));
            assertFalse(text.contains("Secret body"));
        }
        message.from(sender("ann@x.example", Sender.Ret.FULL, Optional.empty(), false, true));
        var other = new TestIntake();
        Stages.bounce(new Dsn(other, Settings.of(Dsn.Config.class), () -> NOW), failure(recipient("bob@y.example")));
        assertTrue(other.only().envelope().sender().requireTls());
        assertFalse(new String(other.only().content(), StandardCharsets.UTF_8).contains("Secret body"));
    }

    @Test
    void repliesCannotWriteFieldsOrControlTerminals() throws Exception {
        String evil = "No\u001b[2J {host} ü " + "Action: delivered ".repeat(200);
        Stages.bounce(
                dsn(),
                new Notice(
                        Notify.FAILURE,
                        message,
                        List.of(report(recipient("a@y.example"), new Fate.Bounced(Reply.of(550, "5.1.1", evil))))));
        String text = sent();
        assertFalse(text.contains("\u001b"));
        assertTrue(text.contains("{host}"), "strangers' text is not a template");
        assertEquals(1, text.lines().filter(line -> line.startsWith("Action:")).count());
        text.lines().forEach(line -> assertTrue(line.length() < 998, line));
    }

    @Test
    void templatesAreReplaced(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("failure.txt"),
                "Subject: Zustellung gescheitert: Größe\n\nAn\n{each}\n- {recipient} {status} {nothing}\n{end}\n");
        Stages.bounce(dsn("templates", folder.toString()), failure(recipient("bob@y.example")));
        assertTrue(sent().contains("Subject: =?utf-8?B?"), sent());
        assertTrue(sent().contains("- bob@y.example 5.1.1 {nothing}\r\n"), sent());
        Files.writeString(folder.resolve("failure.txt"), "no subject");
        assertThrows(IllegalArgumentException.class, () -> dsn("templates", folder.toString()));
        assertThrows(IllegalArgumentException.class, () -> dsn("templates", folder + "/none"));
    }

    @Test
    void circlesAreCut() throws Exception {
        var transaction = TestSession.from("192.0.2.1").mail("a@b.example").to("c@d.example");
        Dsn dsn = dsn("maxHops", 3);
        var three = TestMessage.of("Received: 1\nRECEIVED: 2\nReceived: 3\nX: y\n\n");
        assertTrue(Stages.headers(dsn, transaction, three).isNext());
        var four = TestMessage.of("Received: 1\nRECEIVED: 2\nReceived: 3\nreceived: 4\n\n");
        assertEquals(
                "554 5.4.6",
                Stages.headers(dsn, transaction, four).refusal().toString().substring(0, 9));
    }

    /** An independent reader takes the notice apart: structure, fields, text, what is returned. */
    @Test
    void pythonReadsIt() throws Exception {
        message.from(sender("ann@x.example", Sender.Ret.FULL, Optional.of("QQ314159"), false, false));
        var first =
                new Recipient(Address.of("bob@y.example"), Set.of(), Optional.of("rfc822;Bob.O@y.example"), Map.of());
        Reply longReply =
                Reply.of(550, "5.7.1", "refused because of its content; see our pages for why ".repeat(8) + "ü");
        Stages.bounce(
                dsn(),
                new Notice(
                        Notify.FAILURE,
                        message,
                        List.of(
                                report(first, new Fate.Bounced(UNKNOWN_USER)),
                                report(recipient("käthe@y.example"), new Fate.Bounced(longReply)))));
        List<String> read = python(intake.only().content());
        assertEquals(
                List.of(
                        "multipart/report delivery-status defects=[]",
                        "part text/plain",
                        "part message/delivery-status",
                        "part message/rfc822",
                        "status Reporting-MTA=dns; mx.test",
                        "status Final-Recipient=rfc822; bob@y.example",
                        "status Original-Recipient=rfc822; Bob.O@y.example",
                        "status Final-Recipient=utf-8; k\\x{E4}the@y.example",
                        "envid QQ314159",
                        "subject Grüße",
                        "body Secret body",
                        "text bob@y.example käthe@y.example There is no such mailbox."),
                read);
    }

    @Test
    void internationalMailGetsAnInternationalNotice() throws Exception {
        message.from(sender("änne@bücher.example", Sender.Ret.UNSPECIFIED, Optional.empty(), true, false));
        Stages.bounce(dsn(), failure(recipient("käthe@y.example")));
        assertTrue(intake.only().envelope().sender().smtpUtf8());
        assertEquals(BodyType.EIGHT_BIT_MIME, intake.only().envelope().sender().body());
        String text = sent();
        assertTrue(text.contains("report-type=global-delivery-status"));
        assertTrue(text.contains("Content-Type: message/global-delivery-status\r\n"));
        assertTrue(text.contains("Final-Recipient: utf-8; käthe@y.example\r\n"), text);
        assertTrue(text.contains("To: <änne@bücher.example>\r\n"));
        assertTrue(text.contains("Content-Type: message/global-headers\r\n"));
    }

    private static final String READ = """
            import sys, email, email.policy
            raw = sys.stdin.buffer.read()
            m = email.message_from_bytes(raw, policy=email.policy.default)
            bad = [str(p.defects) for p in m.walk() if p.defects]
            print(m.get_content_type(), m.get_param('report-type'), 'defects=' + str(bad))
            text, status, returned = m.iter_parts()
            for p in (text, status, returned): print('part', p.get_content_type())
            blocks = status.get_payload()
            print('status Reporting-MTA=' + blocks[0]['Reporting-MTA'])
            for b in blocks[1:]:
                assert b['Action'] == 'failed' and b['Status'] and b['Diagnostic-Code'].startswith('smtp; 550'), b
                print('status Final-Recipient=' + b['Final-Recipient'])
                if b['Original-Recipient']: print('status Original-Recipient=' + b['Original-Recipient'])
            assert len(blocks) == 3
            print('envid', blocks[0]['Original-Envelope-Id'])
            inner = returned.get_payload()[0]
            print('subject', inner['Subject'])
            print('body', inner.get_content().strip())
            t = text.get_content()
            print('text', *[w for w in ('bob@y.example', 'käthe@y.example', 'There is no such mailbox.') if w in t])
            """;

    private static List<String> python(byte[] octets) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", "-X", "utf8", "-c", READ)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("python3 is not installed: its email parser is the judge of this test");
            throw e;
        }
        try (var in = process.getOutputStream()) {
            in.write(octets);
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out + new String(octets, StandardCharsets.UTF_8));
        return out.lines().toList();
    }
}
