package plugins.authdovecot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mta.core.io.Tcp;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.smtp.SaslMechanism.Exchange;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AuthDovecotTest {

    private final ScriptedDovecot dovecot = new ScriptedDovecot();
    private final Tcp tcp = new Tcp();
    private final Dialler dialler =
            () -> tcp.dial(Endpoint.tcp("127.0.0.1", dovecot.port()), Optional.empty(), Duration.ofSeconds(30));
    private final TestSession session = TestSession.from("192.0.2.1");

    @AfterEach
    void close() throws Exception {
        dovecot.close();
        tcp.close();
    }

    private Exchange begin(Duration timeout) throws Exception {
        var plain = new Mechanism("PLAIN", Set.of("plaintext"));
        return new DovecotMechanism(plain, dialler, timeout).begin(session);
    }

    private Exchange begin() throws Exception {
        return begin(Duration.ofSeconds(30));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void whatDovecotOffersIsKnownAfterTheHandshake() throws Exception {
        try (AuthConnection connection = AuthConnection.open(dialler, Duration.ofSeconds(30))) {
            List<Mechanism> all = connection.mechanisms();
            assertEquals(
                    List.of("PLAIN", "SCRAM-SHA-256"),
                    AuthDovecot.usable(all, Set.of()).stream()
                            .map(Mechanism::name)
                            .toList());
            assertEquals(
                    List.of("SCRAM-SHA-256"),
                    AuthDovecot.usable(all, Set.of("SCRAM-SHA-256", "CRAM-MD5")).stream()
                            .map(Mechanism::name)
                            .toList());
            assertTrue(all.getFirst().plaintext());
        }
    }

    @Test
    void anInitialResponseIsTheLastWordOfTheRequest() throws Exception {
        session.tls(new TlsInfo(
                "TLSv1.3", "x", Optional.empty(), Optional.of("CN=a"), Optional.empty(), Optional.empty(), true));
        dovecot.answer("OK\t1\tuser=ann@example.org\tother");
        Exchange exchange = begin();
        assertEquals(new Step.Success("ann@example.org"), exchange.step("\0ann\0secret".getBytes(UTF_8), true));
        assertEquals(
                "AUTH\t1\tPLAIN\tservice=smtp\tnologin\tlip=192.0.2.25\tlport=25\trip=192.0.2.1\trport=40000"
                        + "\tsecured=tls\tvalid-client-cert\tresp=" + encoded("\0ann\0secret"),
                dovecot.heard().getLast());
        assertEquals("VERSION\t1\t0", dovecot.heard().getFirst());
        assertTrue(dovecot.heard().get(1).matches("CPID\t\\d+"), dovecot.heard().get(1));
    }

    @Test
    void challengesGoBackAndForth() throws Exception {
        dovecot.answer("CONT\t1\t" + encoded("Username:"), "CONT\t1\t", "OK\t1\tuser=ann");
        Exchange exchange = begin();
        Step.Challenge first = (Step.Challenge) exchange.step(new byte[0], true);
        assertEquals("Username:", new String(first.data(), UTF_8));
        assertTrue(
                dovecot.heard().getLast().endsWith("rport=40000"),
                dovecot.heard().getLast());
        Step.Challenge second = (Step.Challenge) exchange.step("ann".getBytes(UTF_8), false);
        assertEquals(0, second.data().length);
        assertEquals(new Step.Success("ann"), exchange.step(new byte[0], false));
        assertEquals(
                List.of("CONT\t1\t" + encoded("ann"), "CONT\t1\t"),
                dovecot.heard().subList(3, 5));
    }

    @ParameterizedTest
    @CsvSource({
        "FAIL|1|user=ann, ann",
        "FAIL|1|user=ann|authz, ann",
        "FAIL|1|user=a^tb|code=user_disabled, a\tb",
        "FAIL|1, ''",
    })
    void failures(String answer, String user) throws Exception {
        dovecot.answer(answer.replace('|', '\t').replace('^', '\u0001'));
        assertEquals(new Step.Failure(user), begin().step(new byte[] {1}, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FAIL|1|user=ann|temp",
                "FAIL|1|user=ann|code=temp_fail|reason=away",
                "OK|1",
                "WHAT|1",
                "CONT|1|???",
                "",
            })
    void troubleIsNoFailure(String answer) throws Exception {
        dovecot.answer(answer.replace('|', '\t'));
        Exchange exchange = begin();
        IOException e = assertThrows(IOException.class, () -> exchange.step(new byte[] {1}, true));
        assertTrue(e.getMessage().startsWith("Dovecot's authentication service: it"), e.getMessage());
    }

    @Test
    void silenceIsTroubleAfterItsTime() throws Exception {
        Exchange exchange = begin(Duration.ofMillis(200));
        IOException e = assertThrows(IOException.class, () -> exchange.step(new byte[] {1}, true));
        assertEquals("Dovecot's authentication service: no answer within 200 ms", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VERSION|1|2$SPID|7$DONE$", // the socket for masters
                "VERSION|2|0$MECH|PLAIN$DONE$",
                "MECH|PLAIN$DONE$",
            })
    void otherSocketsAreRefused(String handshake) {
        dovecot.handshake = handshake.replace('|', '\t').replace('$', '\n');
        assertThrows(IOException.class, () -> AuthConnection.open(dialler, Duration.ofSeconds(30)));
    }

    @Test
    void anExchangeThatIsGivenUpKeepsNoConnection() throws Exception {
        dovecot.answer("CONT\t1\t");
        Exchange exchange = begin();
        exchange.step(new byte[0], true);
        assertEquals(1, dovecot.open.get());
        exchange.close();
        for (long end = System.nanoTime() + 30_000_000_000L; dovecot.open.get() > 0; Thread.sleep(2)) {
            assertTrue(System.nanoTime() < end, "the connection stays open");
        }
    }
}
