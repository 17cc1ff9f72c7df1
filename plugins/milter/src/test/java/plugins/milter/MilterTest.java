package plugins.milter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.milter.ScriptedMilter.numbers;
import static plugins.milter.ScriptedMilter.packet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mta.core.io.Tcp;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Close;
import mta.plugins.api.smtp.Command;
import mta.plugins.api.smtp.End;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestCapabilities;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a scripted filter: what it is told, and what its answers become. */
@Timeout(60)
class MilterTest {

    private static final String TEXT = "Received: from client.example\n\tby node.example id 0TESTMESSAGE0;\n\tnow\n"
            + "Received: from elsewhere.example\nSubject: one\n two\nX-Tight:value\n\nHello\n";

    private final ScriptedMilter filter = new ScriptedMilter();
    private final Tcp tcp = new Tcp();
    private final Milter milter = milter(Duration.ofSeconds(30));

    private final TestSession session =
            TestSession.from("192.0.2.1").remoteName("client.example").helo("hello.example");
    private final TestTransaction transaction = session.mail("a@origin.example");
    private final TestMessage message =
            TestMessage.of(TEXT).from("a@origin.example").to("b@dest.example");

    private Milter milter(Duration patience) {
        var settings = new MilterSettings(
                "milter.test",
                Endpoint.tcp("127.0.0.1", filter.port()),
                "node.example",
                Duration.ofSeconds(30),
                patience,
                patience);
        return new Milter(settings, (to, timeout) -> tcp.dial(to, Optional.empty(), timeout));
    }

    @AfterEach
    void close() throws Exception {
        milter.close();
        filter.close();
        tcp.close();
    }

    private void toData() throws Exception {
        assertTrue(Stages.connect(milter, session).isNext());
        assertTrue(Stages.helo(milter, session, "hello.example", capabilities()).isNext());
        assertTrue(Stages.mail(milter, transaction).isNext());
        assertTrue(Stages.rcpt(milter, transaction, "b@dest.example").isNext());
        transaction.to("b@dest.example");
        assertTrue(Stages.data(milter, transaction).isNext());
    }

    private Result wholeMessage() throws Exception {
        toData();
        return Stages.message(milter, transaction, message);
    }

    private TestCapabilities capabilities() {
        return new TestCapabilities(session);
    }

    @Test
    void aSessionIsToldFromConnectToClose() throws Exception {
        assertTrue(wholeMessage().isNext());
        milter.end(transaction, End.COMMITTED);
        milter.close(session, Close.QUIT);
        await("QUIT", () -> filter.heardSoFar().contains("Q"));
        assertEquals(
                List.of(
                        "C client.example 4 40000 192.0.2.1",
                        "H hello.example",
                        "M <a@origin.example>",
                        "R <b@dest.example>",
                        "T",
                        // The node's own Received is not shown
                        "L Received from elsewhere.example",
                        "L Subject one\n two",
                        "L X-Tight value",
                        "N",
                        "B 7",
                        "E",
                        "Q"),
                filter.commands());
        assertEquals(0, milter.visits());
    }

    @Test
    void macrosComeBeforeTheirCommand() throws Exception {
        session.tls(new TlsInfo(
                        "TLSv1.3",
                        "TLS_AES_256_GCM_SHA384",
                        Optional.of("mx.example"),
                        Optional.of("CN=peer"),
                        Optional.empty(),
                        Optional.empty(),
                        true))
                .user("ann");
        wholeMessage();
        List<String> macros =
                filter.heard().stream().filter(line -> line.startsWith("D ")).toList();
        assertEquals(
                "D C j=node.example _=client.example [192.0.2.1] v=mta {daemon_name}=mx {daemon_addr}=192.0.2.25"
                        + " {daemon_port}=25 {if_name}=node.example {if_addr}=192.0.2.25 {client_addr}=192.0.2.1"
                        + " {client_name}=client.example {client_port}=40000 {client_ptr}=client.example"
                        + " {client_resolve}=OK",
                macros.get(0));
        assertEquals(
                "D H {tls_version}=TLSv1.3 {cipher}=TLS_AES_256_GCM_SHA384 {cipher_bits}=256 {cert_subject}=CN=peer"
                        + " {tls_sni}=mx.example {verify}=OK",
                macros.get(1));
        String mail = macros.get(2);
        assertTrue(mail.startsWith("D M i=0TESTMESSAGE0 b="), mail);
        assertTrue(
                mail.endsWith(" r=ESMTP s=hello.example v=mta Z=1 j=node.example _=client.example [192.0.2.1]"
                        + " {auth_type}=PLAIN {auth_authen}=ann {mail_addr}=a@origin.example"
                        + " {mail_host}=origin.example {mail_mailer}=smtp"),
                mail);
        assertEquals("D R {rcpt_addr}=b@dest.example {rcpt_host}=dest.example {rcpt_mailer}=smtp", macros.get(3));
        assertTrue(macros.getLast().startsWith("D E i=0TESTMESSAGE0 {auth_type}=PLAIN"), macros.getLast());
    }

    @Test
    void aFilterMayAskForMacrosOfItsOwn() throws Exception {
        var asked = new ByteArrayOutputStream();
        asked.writeBytes(numbers(0));
        asked.writeBytes("j, {client_addr} {nonsense}\0".getBytes());
        asked.writeBytes(numbers(5));
        asked.writeBytes("i mail_addr\0".getBytes());
        asked.writeBytes(numbers(2));
        asked.writeBytes("\0".getBytes());
        filter.negotiates(6, 0x1ff, 0, asked.toByteArray());
        wholeMessage();
        List<String> macros =
                filter.heard().stream().filter(line -> line.startsWith("D ")).toList();
        assertEquals("D C j=node.example {client_addr}=192.0.2.1", macros.getFirst());
        assertTrue(macros.stream().noneMatch(line -> line.startsWith("D M")), macros.toString());
        assertEquals("D E i=0TESTMESSAGE0 mail_addr=a@origin.example", macros.getLast());
    }

    @Test
    void parametersOfMailAndRcptAreToldAsTheyCame() throws Exception {
        Stages.mail(milter, transaction);
        var recipient = new Recipient(
                mta.plugins.api.Address.of("b@dest.example"),
                java.util.Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.FAILURE),
                Optional.of("rfc822;b+c@dest.example"),
                java.util.Map.of());
        Stages.rcpt(milter, transaction, recipient);
        assertEquals(
                "R <b@dest.example> NOTIFY=FAILURE,SUCCESS ORCPT=rfc822;b+2Bc@dest.example",
                filter.commands().getLast());
    }

    // ---- verdicts

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C | a | next",
                "C | r | 550 5.7.1 Command rejected",
                "C | t | 451 4.7.1 Service unavailable - try again later",
                "C | f | close 421 4.7.0 Closing connection",
                "C | 4 | close 421 4.7.0 Closing connection",
                "H | r | 550 5.7.1 Command rejected",
                "M | a | next",
                "M | s | next",
                "M | r | 550 5.7.1 Command rejected",
                "M | t | 451 4.7.1 Service unavailable - try again later",
                "M | d | discard",
                "R | a | next",
                "R | r | 550 5.7.1 Command rejected",
                "R | d | discard",
                "R | 4 | close 421 4.7.0 Closing connection",
                "T | r | 550 5.7.1 Command rejected",
                "T | d | discard",
                "L | r | 550 5.7.1 Command rejected",
                "L | a | next",
                "L | s | next",
                "N | t | 451 4.7.1 Service unavailable - try again later",
                "B | d | discard",
                "B | r | 550 5.7.1 Command rejected",
                "E | c | next",
                "E | a | next",
                "E | r | 550 5.7.1 Command rejected",
                "E | t | 451 4.7.1 Service unavailable - try again later",
                "E | d | discard",
                "E | 4 | close 421 4.7.0 Closing connection",
            })
    void verdicts(char command, char answer, String expected) throws Exception {
        filter.on(command, packet(answer));
        assertEquals(expected, shown(firstOpinion()));
    }

    /** Of the stages in their order, as a client would meet it. */
    private Verdict firstOpinion() throws Exception {
        Verdict verdict = Stages.connect(milter, session).verdict();
        if (verdict instanceof Verdict.Next) {
            verdict = Stages.helo(milter, session, "hello.example", capabilities())
                    .verdict();
        }
        if (verdict instanceof Verdict.Next) {
            verdict = Stages.mail(milter, transaction).verdict();
        }
        if (verdict instanceof Verdict.Next) {
            verdict = Stages.rcpt(milter, transaction, "b@dest.example").verdict();
            transaction.to("b@dest.example");
        }
        if (verdict instanceof Verdict.Next) {
            verdict = Stages.data(milter, transaction).verdict();
        }
        if (verdict instanceof Verdict.Next) {
            verdict = Stages.message(milter, transaction, message).verdict();
        }
        return verdict;
    }

    private static String shown(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next next -> "next";
            case Verdict.Refuse refuse -> (refuse.close() ? "close " : "") + refuse.reply();
            case Verdict.Discard discard -> "discard";
            case Verdict.Hold hold -> "hold " + hold.reason();
            case Verdict.Accept accept -> "accept";
            case Verdict.Later later -> "later";
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "550 5.7.1 Not %%20 here | 550 5.7.1 Not %20 here",
                "421 4.3.2 going down | close 421 4.3.2 going down",
                "452 later | 452 later",
                "554 | 554",
                "550-5.7.1 one$550 5.7.1 two | 550 5.7.1 one two",
            })
    void wordedReplies(String text, String expected) throws Exception {
        filter.on('R', packet('y', text.replace("$", "\r\n") + "\0"));
        assertEquals(expected, shown(firstOpinion()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "250 fine",
                "350 go on",
                "5xx no",
                "",
                "55",
                "550 4.7.1 class",
                "550-one$451 two",
                "550 one$550 two",
                "550-one$550-two",
                "550-one$QUIT",
                "5501 long",
            })
    void repliesThatCannotBeAreFailures(String text) {
        filter.on('R', packet('y', text.replace("$", "\r\n") + "\0"));
        Exception e = assertThrows(IOException.class, this::firstOpinion);
        assertTrue(e.getMessage().startsWith("milter.test at rcpt: a reply"), e.getMessage());
    }

    @Test
    void whoIsAcceptedForTheSessionIsNotAskedAgain() throws Exception {
        filter.on('H', packet('a'));
        assertTrue(wholeMessage().isNext());
        await("QUIT", () -> filter.heardSoFar().contains("Q"));
        assertEquals(List.of("C client.example 4 40000 192.0.2.1", "H hello.example", "Q"), filter.commands());
    }

    @Test
    void aRefusalOfTheSessionHoldsForAllOfIt() throws Exception {
        filter.on('H', packet('y', "550 5.7.1 Not you\0"));
        var fresh = TestSession.from("192.0.2.1");
        assertTrue(Stages.connect(milter, fresh).isNext());
        var capabilities = new TestCapabilities(fresh);
        assertEquals(
                550,
                Stages.helo(milter, fresh, "hello.example", capabilities)
                        .refusal()
                        .code());
        assertEquals(
                550,
                Stages.mail(milter, fresh.mail("a@origin.example")).refusal().code());
    }

    @Test
    void aMessageThatIsAcceptedIsNotToldFurther() throws Exception {
        filter.on('M', packet('a'));
        assertTrue(wholeMessage().isNext());
        assertEquals("M <a@origin.example>", filter.commands().getLast());
        milter.end(transaction, End.COMMITTED);
        filter.on('M', packet('c'));
        TestTransaction next = session.mail("c@origin.example");
        Stages.mail(milter, next);
        assertEquals(List.of("A", "M <c@origin.example>"), filter.commands());
    }

    @Test
    void oneRefusedRecipientLeavesTheOthers() throws Exception {
        filter.on('R', packet('r'));
        Stages.mail(milter, transaction);
        assertEquals(
                550,
                Stages.rcpt(milter, transaction, "x@dest.example").refusal().code());
        milter.rcptRefused(transaction, Recipient.of("x@dest.example"), Answer.REJECTED);
        filter.on('R', packet('c'));
        assertTrue(Stages.rcpt(milter, transaction, "b@dest.example").isNext());
        transaction.to("b@dest.example");
        assertTrue(Stages.message(milter, transaction, message).isNext());
        assertEquals(
                List.of("R <x@dest.example>", "R <b@dest.example>"),
                filter.commands().stream().filter(line -> line.startsWith("R")).toList());
    }

    @Test
    void recipientsThatOthersRefusedAreToldToFiltersThatWantIt() throws Exception {
        filter.negotiates(6, 0x1ff, Codes.RCPT_REJ);
        Stages.mail(milter, transaction);
        milter.rcptRefused(transaction, Recipient.of("x@dest.example"), Reply.of(550, "5.1.1", "No such user"));
        // The answer to it is not the answer to what follows.
        filter.on('R', packet('r'));
        assertEquals(
                550,
                Stages.rcpt(milter, transaction, "y@dest.example").refusal().code());
        List<String> heard = filter.heard();
        int at = heard.indexOf("R <x@dest.example>");
        assertEquals("D R {rcpt_addr}=No such user {rcpt_host}=5.1.1 {rcpt_mailer}=error", heard.get(at - 1));
    }

    @Test
    void unknownCommandsAreToldAndMayBeRefused() throws Exception {
        filter.on('U', packet('y', "500 5.5.1 Never\0"));
        Stages.connect(milter, session);
        assertEquals("500 5.5.1 Never", shown(milter.command(session, command("XYZZY", "plugh", false))));
        assertInstanceOf(Verdict.Next.class, milter.command(session, command("NOOP", "", true)));
        assertEquals("U XYZZY plugh", filter.commands().getLast());
    }

    private static Command command(String verb, String argument, boolean known) {
        return new Command() {
            @Override
            public String verb() {
                return verb;
            }

            @Override
            public String argument() {
                return argument;
            }

            @Override
            public boolean known() {
                return known;
            }

            @Override
            public void answer(Reply reply) {
                throw new AssertionError();
            }
        };
    }

    // ---- changes

    @Test
    void everyChangeBecomesAnEditInItsOrder() throws Exception {
        filter.on(
                'E',
                packet('h', "X-Added\0yes\n\tfolded\0"),
                packet('i', 1, "X-Inserted\0top\0"),
                packet('m', 1, "Subject\0other\0"),
                packet('m', 0, "X-Tight\0" + "\0"),
                packet('m', 1, "Received\0changed\0"),
                packet('+', "<new@dest.example>\0"),
                packet('2', "<dsn@dest.example>\0NOTIFY=NEVER X-OWN=1\0"),
                packet('+', "<b@dest.example>\0"),
                packet('-', "<b@dest.example>\0"),
                packet('e', "<bounce@origin.example>\0"),
                packet('p'),
                packet('b', "new\nbo"),
                packet('b', "dy\r"),
                packet('c'));
        Result result = wholeMessage();
        assertEquals(
                List.of(
                        "append X-Added: yes\tfolded",
                        "insert 1 X-Inserted: top",
                        "replace 0 Subject: other",
                        "remove 0 X-Tight",
                        "replace 1 Received: changed", // the filter does not count ours
                        "addRecipient new@dest.example",
                        "addRecipient dsn@dest.example",
                        "removeRecipient b@dest.example",
                        "replaceSender bounce@origin.example",
                        "replaceBody"),
                result.edits());
        assertTrue(message.text().endsWith("\r\n\r\nnew\r\nbody\r\n"), message.text());
        assertTrue(message.text().contains("\r\nX-Added: yes\r\n\tfolded\r\n"), message.text());
        Recipient dsn = message.envelope().recipients().getLast();
        assertEquals(java.util.Set.of(Recipient.Notify.NEVER), dsn.notifyOn());
        assertEquals(java.util.Map.of("X-OWN", "1"), dsn.parameters());
    }

    @Test
    void withHdrLeadspcValuesKeepTheirSpace() throws Exception {
        filter.negotiates(6, 0x1ff, Codes.HDR_LEADSPC);
        filter.on('E', packet('h', "X-A\0tight\0"), packet('h', "X-B\0 loose\0"), packet('c'));
        wholeMessage();
        List<String> heard = filter.commands();
        assertTrue(heard.contains("L Subject  one\n two"), heard.toString());
        assertTrue(heard.contains("L X-Tight value"), heard.toString());
        assertTrue(message.text().contains("\r\nX-A:tight\r\nX-B: loose\r\n"), message.text());
    }

    @Test
    void aLineBreakInAHeaderBecomesAFold() throws Exception {
        filter.on('E', packet('h', "X-A\0one\r\nSubject: two\r\n\r\nbody\n\0"), packet('c'));
        wholeMessage();
        assertTrue(message.text().contains("X-A: one\r\n\tSubject: two\r\n\t\r\n\tbody\r\n"), message.text());
    }

    @Test
    void quarantineIsAHoldUnlessTheFilterRefuses() throws Exception {
        filter.on('E', packet('q', "smells\0"), packet('c'));
        assertEquals("hold smells", shown(wholeMessage().verdict()));
        milter.end(transaction, End.COMMITTED);
        filter.on('E', packet('q', "smells\0"), packet('r'));
        assertEquals(550, wholeMessage().refusal().code());
    }

    @Test
    void progressRestartsTheTime() throws Exception {
        filter.on('E', packet('p'), packet('p'), packet('p'), packet('r'));
        assertEquals(550, wholeMessage().refusal().code());
    }

    @Test
    void aLargeBodyGoesInPiecesAndMayBeReplacedByALargerOne() throws Exception {
        String line = "x".repeat(78) + "\r\n";
        TestMessage large =
                TestMessage.of("Subject: large\n\n" + line.repeat(2_000)).to("b@dest.example");
        byte[][] answers = new byte[12][];
        for (int i = 0; i < 11; i++) {
            answers[i] = packet('b', line.repeat(800));
        }
        answers[11] = packet('c');
        filter.on('E', answers);
        toData();
        Result result = Stages.message(milter, transaction, large);
        assertEquals(List.of("replaceBody"), result.edits());
        assertEquals(
                List.of("B 65535", "B 65535", "B 28930"),
                filter.commands().stream().filter(text -> text.startsWith("B")).toList());
        assertEquals(line.length() * 800 * 11, large.body().size());
    }

    @Test
    void skipEndsTheBody() throws Exception {
        filter.on('B', packet('s'));
        TestMessage large = TestMessage.of("Subject: large\n\n" + ("x".repeat(78) + "\n").repeat(5_000));
        toData();
        assertTrue(Stages.message(milter, transaction, large).isNext());
        List<String> heard = filter.commands();
        assertEquals(1, heard.stream().filter(text -> text.startsWith("B")).count(), heard.toString());
        assertEquals("E", heard.getLast());
    }

    // ---- negotiation

    @Test
    void whatIsNotWantedIsNotTold() throws Exception {
        filter.negotiates(
                6,
                0,
                Codes.NOCONNECT
                        | Codes.NOHELO
                        | Codes.NOMAIL
                        | Codes.NORCPT
                        | Codes.NODATA
                        | Codes.NOHDRS
                        | Codes.NOEOH
                        | Codes.NOBODY
                        | Codes.NOUNKNOWN);
        assertTrue(wholeMessage().isNext());
        milter.command(session, command("XYZZY", "", false));
        assertEquals(List.of("E"), filter.commands());
    }

    @Test
    void whatIsNotAnsweredIsNotWaitedFor() throws Exception {
        filter.negotiates(
                6,
                0,
                Codes.NR_CONN
                        | Codes.NR_HELO
                        | Codes.NR_MAIL
                        | Codes.NR_RCPT
                        | Codes.NR_DATA
                        | Codes.NR_HDR
                        | Codes.NR_EOH
                        | Codes.NR_BODY);
        assertTrue(wholeMessage().isNext());
        assertEquals(11, filter.commands().size());
    }

    @Test
    void anOldFilterIsNotToldWhatItDoesNotKnow() throws Exception {
        filter.negotiates(2, 0x3f, 0);
        assertTrue(wholeMessage().isNext());
        milter.command(session, command("XYZZY", "", false));
        List<String> heard = filter.commands();
        assertTrue(heard.stream().noneMatch(line -> line.startsWith("T") || line.startsWith("U")), heard.toString());
        assertTrue(heard.contains("E"), heard.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, speaks version 1",
        "7, 0, speaks version 7",
        "6, 512, wants actions that there are not: 0x200",
    })
    void negotiationsThatCannotBe(int version, int actions, String expected) {
        filter.negotiates(version, actions, 0);
        Exception e = assertThrows(IOException.class, () -> Stages.connect(milter, session));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    // ---- trouble

    @Test
    void malformedAnswersAreFailuresThatSayWhat() {
        record Case(byte[] packet, String expected) {}
        List<Case> cases = List.of(
                new Case(packet('?'), "said '?', which the protocol does not know"),
                new Case(packet('h', "X-A\0b\0"), "a change before the end of the message: 'h'"),
                new Case(numbers(0), "packet with a length of 0 octets"),
                new Case(numbers(-1), "packet with a length of 4294967295 octets"),
                new Case("HTTP/1.1 400 Bad Request".getBytes(), "packet with a length of"),
                new Case(packet('y', "550 no end"), "packet 'y' holds a text without its end"),
                new Case(ScriptedMilter.HANG_UP, "the filter closed the connection"));
        for (Case each : cases) {
            filter.on('M', each.packet);
            TestTransaction fresh = TestSession.from("192.0.2.1").mail("a@origin.example");
            Exception e = assertThrows(IOException.class, () -> Stages.mail(milter, fresh), each.expected);
            assertTrue(e.getMessage().contains("milter.test at mail: " + each.expected), e.getMessage());
            milter.close(fresh.session(), Close.LOST);
        }
    }

    @Test
    void malformedChangesAreFailuresThatSayWhat() throws Exception {
        record Case(byte[] packet, String expected) {}
        List<Case> cases = List.of(
                new Case(packet('h', "Bad Name\0b\0"), "makes a change that cannot be: 'h': not a header field name"),
                new Case(packet('h', "\0b\0"), "makes a change that cannot be: 'h'"),
                new Case(packet('h', "X-A\0"), "packet 'h' holds a text without its end"),
                new Case(packet('m', "12"), "packet 'm' is too short"),
                new Case(packet('+', "<a\r\nb@c>\0"), "makes a change that cannot be: '+': control character"),
                new Case(packet('2', "<a@c>\0NOTIFY=SOMETIMES\0"), "makes a change that cannot be: '2'"));
        toData();
        for (Case each : cases) {
            filter.on('E', each.packet, packet('c'));
            Exception e =
                    assertThrows(IOException.class, () -> Stages.message(milter, transaction, message), each.expected);
            assertTrue(e.getMessage().contains("at end of message: " + each.expected), e.getMessage());
        }
        assertEquals(TestMessage.of(TEXT).text(), message.text());
    }

    @Test
    void aChangeThatWasNotAskedForIsAFailure() throws Exception {
        filter.negotiates(6, 0x1, 0).on('E', packet('b', "other"), packet('c'));
        toData();
        Exception e = assertThrows(IOException.class, () -> Stages.message(milter, transaction, message));
        assertTrue(e.getMessage().contains("makes a change that it has not asked for: 'b'"), e.getMessage());
    }

    @Test
    void silenceIsAFailureAfterItsTime() throws Exception {
        filter.on('M');
        try (Milter hasty = milter(Duration.ofMillis(50))) {
            Exception e = assertThrows(IOException.class, () -> Stages.mail(hasty, transaction));
            assertEquals("milter.test at mail: no answer within 50 ms", e.getMessage());
        }
    }

    @Test
    void aFilterThatCameBackIsToldEverythingAgain() throws Exception {
        toData();
        filter.commands();
        filter.hangUp();
        assertThrows(IOException.class, () -> Stages.message(milter, transaction, message));
        assertTrue(Stages.message(milter, transaction, message).isNext());
        assertEquals(
                List.of(
                        "C client.example 4 40000 192.0.2.1",
                        "H hello.example",
                        "M <a@origin.example>",
                        "R <b@dest.example>",
                        "T"),
                filter.commands().subList(0, 5));
    }

    @Test
    void boundToTheMessageAloneItIsToldWhatItMissed() throws Exception {
        transaction.to("b@dest.example").to("c@dest.example");
        filter.on('E', packet('h', "X-Seen\0yes\0"), packet('c'));
        assertEquals(
                List.of("append X-Seen: yes"),
                Stages.message(milter, transaction, message).edits());
        assertEquals(
                List.of(
                        "C client.example 4 40000 192.0.2.1",
                        "H hello.example",
                        "M <a@origin.example>",
                        "R <b@dest.example>",
                        "R <c@dest.example>",
                        "T"),
                filter.commands().subList(0, 6));
    }

    /** Not bound at RCPT, where it could have refused one recipient in time. */
    @Test
    void recipientsThatAreRefusedLateAreRefusedAlone() throws Exception {
        transaction.to("first@dest.example").to("second@dest.example").to("third@dest.example");
        filter.on('R', packet('y', "452 4.2.2 Full\0"));
        Result result = Stages.message(milter, transaction, message);
        assertEquals("452 4.2.2 Full", result.refusal().toString(), "all of them: the message");
        assertEquals(List.of("R <first@dest.example>", "R <second@dest.example>", "R <third@dest.example>"), told('R'));
    }

    @Test
    void theOthersGoOnWithoutThem() throws Exception {
        transaction.to("first@dest.example").to("second@dest.example");
        filter.on('R', packet('r')).after('R', packet('c'));
        Result result = Stages.message(milter, transaction, message);
        assertTrue(result.isNext());
        assertEquals(
                java.util.Map.of(Recipient.of("first@dest.example"), Reply.parse("550 5.7.1 Command rejected")),
                transaction.refused());
        assertTrue(filter.commands().contains("E"), "it judges the message");
    }

    private List<String> told(char command) {
        return filter.commands().stream()
                .filter(line -> line.charAt(0) == command)
                .toList();
    }

    @Test
    void clientsAreTold() throws Exception {
        Stages.connect(milter, TestSession.from("2001:db8::1"));
        assertEquals(
                "C [2001:db8:0:0:0:0:0:1] 6 40000 2001:db8:0:0:0:0:0:1",
                filter.commands().getLast());
        milter.close(session, Close.QUIT);
        Stages.connect(milter, TestSession.withoutAddress());
        assertEquals("C localhost U", filter.commands().getLast());
    }

    @Test
    void anAbandonedMessageIsAborted() throws Exception {
        toData();
        milter.end(transaction, End.RESET);
        await("ABORT", () -> filter.heardSoFar().contains("A"));
    }

    @Test
    void mailOfAnyWayIsSealedAsIfItCameFromHere() throws Exception {
        filter.on('E', packet('i', 0, "DKIM-Signature\0v=1\0"), packet('c'));
        Result result = Stages.seal(milter, message);
        assertEquals(List.of("insert 0 DKIM-Signature: v=1"), result.edits());
        List<String> heard = filter.commands();
        assertEquals(
                List.of("C localhost 4 0 127.0.0.1", "H node.example", "M <a@origin.example>", "R <b@dest.example>"),
                heard.subList(0, 4));
        assertEquals(0, milter.visits());
    }

    @Test
    void sessionsWhoseEndNobodyToldAreLetGo() throws Exception {
        Stages.connect(milter, session);
        milter.forget(System.nanoTime(), Duration.ofHours(1));
        assertEquals(1, milter.visits());
        milter.forget(System.nanoTime() + Duration.ofHours(2).toNanos(), Duration.ofHours(1));
        assertEquals(0, milter.visits());
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) throws Exception {
        for (long end = System.nanoTime() + 30_000_000_000L; !condition.getAsBoolean(); Thread.sleep(2)) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
        }
    }
}
