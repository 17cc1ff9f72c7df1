package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.smtp.SaslMechanism;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node, spoken to over STARTTLS. */
@Timeout(120)
class NodeTest {

    @TempDir
    Path folder;

    private Identity id;
    private TokenCheck check;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        id = new Identity();
        AuthOauth.Config config = Settings.of(
                AuthOauth.Config.class,
                "jwks",
                id.uri("/keys").toString(),
                "issuer",
                Identity.ISSUER,
                "audience",
                List.of("mta"),
                "timeout",
                "60s");
        check = AuthOauth.check(config, InstantSource.system()).orElseThrow();
        Map<Form, SaslMechanism> mechanisms = AuthOauth.mechanisms(config, check);
        node = TestNode.builder(folder)
                .tls()
                .plugin("OAUTHBEARER", mechanisms.get(Form.OAUTHBEARER))
                .plugin("XOAUTH2", mechanisms.get(Form.XOAUTH2))
                .start();
    }

    @AfterEach
    void stop() {
        node.close();
        check.close();
        id.close();
    }

    /** A client that says lines and reads replies. */
    private static final class Client implements AutoCloseable {
        private Socket socket;
        private BufferedReader in;

        Client(int port) throws IOException {
            use(new Socket(InetAddress.getLoopbackAddress(), port));
            reply();
        }

        private void use(Socket next) throws IOException {
            socket = next;
            in = new BufferedReader(new InputStreamReader(next.getInputStream(), UTF_8));
        }

        String say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
            return reply();
        }

        private String reply() throws IOException {
            var all = new StringBuilder();
            String line;
            do {
                line = String.valueOf(in.readLine());
                all.append(line).append('\n');
            } while (line.startsWith("-", 3));
            return all.toString().strip();
        }

        Client secured() throws Exception {
            assertTrue(say("STARTTLS").startsWith("220"));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "node.example", 25, true);
            tls.startHandshake();
            use(tls);
            return this;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.replace("^A", "\u0001").getBytes(UTF_8));
    }

    @Test
    void onlyUnderTls() throws Exception {
        try (var client = new Client(node.port())) {
            String plain = client.say("EHLO client.example");
            assertFalse(plain.contains("AUTH"), plain);
            String response = base64("n,,^Aauth=Bearer " + id.token() + "^A^A");
            assertTrue(client.say("AUTH OAUTHBEARER " + response).startsWith("538 "));
            client.secured();
            String secured = client.say("EHLO client.example");
            assertTrue(secured.contains("AUTH OAUTHBEARER XOAUTH2"), secured);
            assertTrue(client.say("AUTH OAUTHBEARER " + response).startsWith("235 "));
        }
        var record = node.records(Authentication.class).getFirst();
        assertEquals("ann@example.org", record.user());
        assertEquals("OAUTHBEARER", record.mechanism());
    }

    @Test
    void aWrongTokenIsAnErrorAndThenAFailure() throws Exception {
        String token = id.rsa(Identity.claims().audience("web").build());
        try (var client = new Client(node.port()).secured()) {
            client.say("EHLO client.example");
            assertEquals("334", client.say("AUTH XOAUTH2").strip());
            String error = client.say(base64("user=ann@example.org^Aauth=Bearer " + token + "^A^A"));
            assertTrue(error.startsWith("334 "), error);
            String json = new String(Base64.getDecoder().decode(error.substring(4)), UTF_8);
            assertTrue(json.contains("\"status\":\"401\""), json);
            assertTrue(client.say("").startsWith("535 5.7.8 "));
            error = client.say("AUTH OAUTHBEARER " + base64("n,,^Aauth=Bearer " + token + "^A^A"));
            assertTrue(error.startsWith("334 "), error);
            assertTrue(client.say("AQ==").startsWith("535 5.7.8 "));
        }
        assertEquals(2, node.records(Authentication.class).size());
        assertFalse(node.records(mta.plugins.api.log.LogRecord.class).toString().contains(token.split("\\.")[2]));
    }

    /** Longer than a command line may be otherwise. */
    @Test
    void longTokens() throws Exception {
        String token =
                id.rsa(Identity.claims().claim("groups", "g".repeat(4000)).build());
        try (var client = new Client(node.port()).secured()) {
            client.say("EHLO client.example");
            assertTrue(client.say("AUTH OAUTHBEARER " + base64("n,,^Aauth=Bearer " + token + "^A^A"))
                    .startsWith("235 "));
        }
    }

    @Test
    void withoutKeysItIsTemporary() throws Exception {
        id.close();
        AuthOauth.Config config = Settings.of(
                AuthOauth.Config.class,
                "jwks",
                id.uri("/keys").toString(),
                "issuer",
                Identity.ISSUER,
                "audience",
                List.of("mta"));
        try (TokenCheck away = AuthOauth.check(config, InstantSource.system()).orElseThrow();
                var client = new Client(node.port()).secured()) {
            node.swap("XOAUTH2", AuthOauth.mechanisms(config, away).get(Form.XOAUTH2));
            client.say("EHLO client.example");
            String reply =
                    client.say("AUTH XOAUTH2 " + base64("user=ann@example.org^Aauth=Bearer " + id.token() + "^A^A"));
            assertTrue(reply.startsWith("454 4.7.0 "), reply);
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
