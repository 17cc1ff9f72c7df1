package plugins.policydelegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mta.core.io.Tcp;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Command;
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

/** Against a scripted server: what it is asked, and what its answers become. */
@Timeout(60)
class PolicyDelegationTest {

    private final ScriptedPolicy server = new ScriptedPolicy();
    private final Tcp tcp = new Tcp();
    private final PolicyDelegation policy = policy(Duration.ofSeconds(30), 5);
    private final TestSession session =
            TestSession.from("192.0.2.1").remoteName("client.example").helo("hello.example");
    private final TestTransaction transaction = session.mail("a@origin.example");

    private PolicyDelegation policy(Duration patience, int maxIdle) {
        var settings = new PolicySettings(
                "policy-delegation.test",
                Endpoint.tcp("127.0.0.1", server.port()),
                "mx",
                Duration.ofSeconds(30),
                patience,
                Duration.ofMillis(1),
                maxIdle,
                Duration.ofMinutes(5));
        return new PolicyDelegation(settings, (to, timeout) -> tcp.dial(to, Optional.empty(), timeout));
    }

    @AfterEach
    void close() throws Exception {
        policy.close();
        server.close();
        tcp.close();
    }

    private Result rcpt() throws Exception {
        return Stages.rcpt(policy, transaction, "b@dest.example");
    }

    @Test
    void everyAttributeIsThere() throws Exception {
        var full = TestSession.from("192.0.2.1")
                .remoteName("client.example")
                .helo("hello.example")
                .user("ann")
                .tls(new TlsInfo(
                        "TLSv1.3",
                        "TLS_AES_256_GCM_SHA384",
                        Optional.of("mx.example"),
                        Optional.of("CN=a b"),
                        Optional.of("CN=ca"),
                        Optional.of("0a1bff"),
                        true));
        var sender = new Sender(
                Address.of("a@origin.example"),
                BodyType.SEVEN_BIT,
                OptionalLong.of(12345),
                false,
                false,
                Sender.Ret.UNSPECIFIED,
                Optional.empty(),
                Optional.of("other@origin.example"),
                OptionalInt.empty(),
                Map.of());
        assertTrue(Stages.rcpt(policy, full.mail(sender), "b@dest.example").isNext());
        var expected = new java.util.TreeMap<String, String>();
        expected.put("request", "smtpd_access_policy");
        expected.put("protocol_state", "RCPT");
        expected.put("protocol_name", "ESMTP");
        expected.put("client_address", "192.0.2.1");
        expected.put("client_name", "client.example");
        expected.put("client_port", "40000");
        expected.put("reverse_client_name", "client.example");
        expected.put("server_address", "192.0.2.25");
        expected.put("server_port", "25");
        expected.put("helo_name", "hello.example");
        expected.put("sender", "a@origin.example");
        expected.put("recipient", "b@dest.example");
        expected.put("recipient_count", "0");
        expected.put("queue_id", "0TESTMESSAGE0");
        expected.put("instance", "0TESTMESSAGE0");
        expected.put("size", "12345");
        expected.put("etrn_domain", "");
        expected.put("stress", "");
        expected.put("sasl_method", "PLAIN");
        expected.put("sasl_username", "ann");
        expected.put("sasl_sender", "other@origin.example");
        expected.put("ccert_subject", "CN+3Da+20b");
        expected.put("ccert_issuer", "CN+3Dca");
        expected.put("ccert_fingerprint", "0A:1B:FF");
        expected.put("ccert_pubkey_fingerprint", "");
        expected.put("encryption_protocol", "TLSv1.3");
        expected.put("encryption_cipher", "TLS_AES_256_GCM_SHA384");
        expected.put("encryption_keysize", "256");
        expected.put("tls_sni", "mx.example");
        expected.put("policy_context", "mx");
        expected.put("compatibility_level", "3.6");
        expected.put("mail_version", "mta");
        assertEquals(expected, new java.util.TreeMap<>(server.last()));
    }

    @Test
    void eachStageIsAskedWithItsState() throws Exception {
        Stages.connect(policy, session);
        assertEquals("CONNECT", server.last().get("protocol_state"));
        Stages.helo(policy, session, "now.example", new TestCapabilities(session, "SIZE"));
        assertEquals("EHLO", server.last().get("protocol_state"));
        assertEquals("now.example", server.last().get("helo_name"));
        Stages.helo(policy, session, "now.example", new TestCapabilities(session));
        assertEquals("HELO", server.last().get("protocol_state"));
        Stages.mail(policy, transaction);
        assertEquals("MAIL", server.last().get("protocol_state"));
        assertEquals("", server.last().get("recipient"));
        rcpt();
        transaction.to("b@dest.example");
        Stages.data(policy, transaction);
        assertEquals("DATA", server.last().get("protocol_state"));
        assertEquals("b@dest.example", server.last().get("recipient"));
        assertEquals("1", server.last().get("recipient_count"));
        transaction.to("c@dest.example");
        TestMessage message = TestMessage.of("Subject: x\n\nbody\n");
        Stages.message(policy, transaction, message);
        assertEquals("END-OF-MESSAGE", server.last().get("protocol_state"));
        assertEquals("", server.last().get("recipient"));
        assertEquals("2", server.last().get("recipient_count"));
        assertEquals(Long.toString(message.content().size()), server.last().get("size"));
        policy.command(session, command("VRFY", "b"));
        assertEquals("VRFY", server.last().get("protocol_state"));
        policy.command(session, command("ETRN", "dest.example"));
        assertEquals("dest.example", server.last().get("etrn_domain"));
        int asked = server.asked();
        policy.command(session, command("NOOP", ""));
        assertEquals(asked, server.asked());
        assertEquals(1, server.connections.get());
    }

    private static Command command(String verb, String argument) {
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
                return true;
            }

            @Override
            public void answer(Reply reply) {
                throw new AssertionError();
            }
        };
    }

    @Test
    void aClientCannotWriteAttributesOfItsOwn() {
        var request = Attributes.of("HELO", session, "").put("helo_name", "x\nsasl_username=root");
        String text = new String(request.octets(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(text.contains("\nhelo_name=x?sasl_username=root\n"), text);
    }

    // ---- actions

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OK | next",
                "ok | next",
                "permit | next",
                "DUNNO | next",
                "dunno | next",
                "REJECT | 554 5.7.1 Access denied",
                "REJECT Not you | 554 5.7.1 Not you",
                "reject 5.1.1 No such user | 554 5.1.1 No such user",
                "DEFER | 450 4.7.1 Service unavailable",
                "DEFER 4.2.0 Later | 450 4.2.0 Later",
                "550 5.1.1 Gone | 550 5.1.1 Gone",
                "550 | 550 5.7.1 Access denied",
                "450 4.7.1 Slow down | 450 4.7.1 Slow down",
                "450 5.7.1 Slow down | 450 4.7.1 Slow down",
                "421 4.3.2 Bye | close 421 4.3.2 Bye",
                "521 5.3.2 No mail here | close 521 5.3.2 No mail here",
                "HOLD look at it | hold look at it",
                "DISCARD spam | discard spam",
                "INFO seen | next",
                "WARN odd | next",
            })
    void verdictsAtRcpt(String action, String expected) throws Exception {
        server.action(action);
        Result result = rcpt();
        assertEquals(expected, shown(result.verdict()));
        assertEquals(List.of(), result.edits());
    }

    private static String shown(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next next -> "next";
            case Verdict.Refuse refuse -> (refuse.close() ? "close " : "") + refuse.reply();
            case Verdict.Discard discard -> "discard " + discard.reason();
            case Verdict.Hold hold -> "hold " + hold.reason();
            case Verdict.Accept accept -> "accept";
            case Verdict.Later later -> "later";
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PREPEND X-Greylist: delayed 300 seconds | prepend X-Greylist: delayed 300 seconds",
                "DEFER_IF_PERMIT Greylisted | pend 450 4.7.1 Greylisted",
                "defer_if_permit 4.2.0 Greylisted | pend 450 4.2.0 Greylisted",
                "DEFER_IF_REJECT Wait and see | deferIfRefused 450 4.7.1 Wait and see",
                "BCC copy@dest.example | addRecipient copy@dest.example",
            })
    void editsAtRcpt(String action, String expected) throws Exception {
        server.action(action);
        Result result = rcpt();
        assertTrue(result.isNext());
        assertEquals(List.of(expected), result.edits());
    }

    @Test
    void aRedirectionIsForAllRecipients() throws Exception {
        transaction.to("first@dest.example");
        server.action("REDIRECT all@trap.example");
        rcpt();
        assertEquals(
                List.of("all@trap.example", "all@trap.example"), // the host keeps one of them
                transaction.recipients().stream()
                        .map(one -> one.address().toString())
                        .toList());
        server.action("DUNNO");
        Result later = Stages.rcpt(policy, transaction, "last@dest.example");
        assertEquals(List.of("replaceRecipient last@dest.example -> [all@trap.example]"), later.edits());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FILTER smtp:[127.0.0.1]:10025",
                "reject_unknown_client_hostname",
                "250 fine",
                "",
                "PREPEND no field",
                "PREPEND bad name: x",
                "REDIRECT nobody",
                "BCC a b@c",
            })
    void whatCannotBeCarriedOutIsAFailureThatSaysWhat(String action) {
        server.action(action);
        IOException e = assertThrows(IOException.class, this::rcpt);
        assertTrue(e.getMessage().startsWith("policy-delegation.test: an action that "), e.getMessage());
    }

    @Test
    void beforeMailThereIsNoMessageToActUpon() throws Exception {
        server.action("HOLD x");
        IOException e = assertThrows(IOException.class, () -> Stages.connect(policy, session));
        assertTrue(e.getMessage().contains("an action for a message at CONNECT"), e.getMessage());
        server.action("DEFER_IF_PERMIT later");
        assertEquals(
                "450 4.7.1 later", Stages.connect(policy, session).refusal().toString());
        server.action("DEFER_IF_REJECT later");
        assertTrue(Stages.connect(policy, session).isNext());
    }

    // ---- connections

    @Test
    void aServerThatHangsUpIsTriedOnceMore() throws Exception {
        server.answer(ScriptedPolicy.HANG_UP).action("REJECT");
        assertEquals(554, rcpt().refusal().code());
        assertEquals(2, server.connections.get());
        // From here on a kept one, which the server has closed meanwhile.
        server.hangUp();
        server.action("DEFER");
        assertEquals(450, rcpt().refusal().code());
        assertEquals(3, server.connections.get());
    }

    @Test
    void twiceIsTrouble() {
        server.answer(ScriptedPolicy.HANG_UP, ScriptedPolicy.HANG_UP, "action=DUNNO");
        IOException e = assertThrows(IOException.class, this::rcpt);
        assertEquals(
                "policy-delegation.test at 127.0.0.1:" + server.port() + ": it closed the connection without an answer",
                e.getMessage());
        assertEquals(2, server.asked());
    }

    @Test
    void silenceIsTroubleAfterItsTimeAndIsNotTriedAgain() {
        server.answer(ScriptedPolicy.SILENCE);
        try (PolicyDelegation hasty = policy(Duration.ofMillis(50), 5)) {
            IOException e = assertThrows(IOException.class, () -> Stages.rcpt(hasty, transaction, "b@dest.example"));
            assertTrue(e.getMessage().endsWith(": no answer within 50 ms"), e.getMessage());
            assertEquals(1, server.asked());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ok, an answer with a line that is no attribute: ok",
        "result=dunno, an answer without an action",
    })
    void malformedAnswersAreFailures(String answer, String expected) {
        server.answer(answer);
        IOException e = assertThrows(IOException.class, this::rcpt);
        assertEquals("policy-delegation.test: " + expected, e.getMessage());
    }

    @Test
    void furtherAttributesOfAnAnswerDoNoHarm() throws Exception {
        server.answer("action=REJECT no\nnew=1");
        assertEquals("554 5.7.1 no", rcpt().refusal().toString());
    }

    @Test
    void connectionsAreKeptUpToALimit() throws Exception {
        rcpt();
        rcpt();
        assertEquals(1, server.connections.get());
        assertEquals(1, policy.server().idle());
        try (PolicyDelegation frugal = policy(Duration.ofSeconds(30), 0)) {
            Stages.rcpt(frugal, transaction, "b@dest.example");
            assertEquals(0, frugal.server().idle());
        }
        assertInstanceOf(Verdict.Next.class, rcpt().verdict());
    }
}
