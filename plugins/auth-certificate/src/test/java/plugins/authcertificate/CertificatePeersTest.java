package plugins.authcertificate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import mta.plugins.api.Verdict;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Transaction;
import mta.testkit.node.TestNode;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates made by openssl, shown by curl and by openssl s_client, to a whole node. */
@Tag("peers")
@Timeout(240)
class CertificatePeersTest {

    @TempDir
    Path folder;

    @BeforeEach
    void makeCertificates() throws Exception {
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2");
        signed("ann", "subjectAltName=email:ann@example.org", "2");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -subj /CN=self -days 2");
    }

    private void signed(String name, String extension, String days) throws Exception {
        Files.writeString(folder.resolve("ext"), extension + "\n");
        openssl("req -newkey rsa:2048 -nodes -keyout " + name + ".key -out req.pem -subj /CN=" + name);
        openssl("x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -out " + name
                + ".pem -days " + days);
    }

    private void openssl(String words) throws Exception {
        assertEquals(
                0,
                run(
                        "",
                        Stream.concat(Stream.of("openssl"), Stream.of(words.split(" ")))
                                .toArray(String[]::new)),
                output());
    }

    private int run(String input, String... command) throws Exception {
        command[0] = Peer.program(command[0]).toString();
        Path in = Files.writeString(folder.resolve("input"), input);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), command[0] + " does not end\n" + output());
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"), UTF_8);
    }

    private int curl(TestNode node, String... certificate) throws Exception {
        Files.writeString(folder.resolve("mail"), "Subject: curl\r\n\r\nhello\r\n");
        var words = Stream.of(
                        "curl",
                        "--verbose",
                        "--ssl-reqd",
                        "--insecure",
                        "--mail-from",
                        "ann@example.org",
                        "--mail-rcpt",
                        "b@dest.example",
                        "--upload-file",
                        "mail",
                        "smtp://127.0.0.1:" + node.port() + "/client.example")
                .toList();
        return run("", Stream.concat(words.stream(), Stream.of(certificate)).toArray(String[]::new));
    }

    /** Only users may send. */
    private static final class UsersOnly implements mta.plugins.api.smtp.Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            return transaction.session().user().isPresent()
                    ? Verdict.next()
                    : Verdict.refuse(mta.plugins.api.Reply.of(550, "5.7.1", "Users only"));
        }
    }

    private TestNode.Builder node() throws Exception {
        Path users =
                Files.writeString(folder.resolve("certificates"), "= email:*@example.org\nself cert:" + fingerprint());
        var certificates = new Certificates(
                Settings.of(Certificates.Config.class, "file", users.toString()), InstantSource.system());
        return TestNode.builder(folder.resolve("node"))
                .tls()
                .clientCertificates(folder.resolve("ca.pem"))
                .plugin("EXTERNAL", new External(certificates))
                .plugin("login", new CertificateLogin(certificates))
                .plugin("users-only", new UsersOnly())
                .binding("users-only", "users-only", "Reception", "rcpt");
    }

    private String fingerprint() throws Exception {
        openssl("x509 -in self.pem -noout -fingerprint -sha256");
        return output().strip().replaceFirst(".*=", "");
    }

    private static List<String> shown(TestNode node) {
        return node.records(LogRecord.Event.class).stream()
                .filter(event -> event.kind().equals("ClientCertificate"))
                .map(event ->
                        event.values().get("subject") + " " + event.values().get("verified") + " "
                                + (event.values().get("trouble").equals("") ? "" : "trouble"))
                .map(String::strip)
                .toList();
    }

    @Test
    void externalByAVerifiedNameAndByAPinnedCertificate() throws Exception {
        try (TestNode node = node().start()) {
            assertEquals(
                    0,
                    curl(
                            node,
                            "--cert",
                            "ann.pem",
                            "--key",
                            "ann.key",
                            "--user",
                            "ann@example.org:",
                            "--login-options",
                            "AUTH=EXTERNAL"),
                    output());
            assertEquals(
                    0,
                    curl(
                            node,
                            "--cert",
                            "self.pem",
                            "--key",
                            "self.key",
                            "--user",
                            "self:",
                            "--login-options",
                            "AUTH=EXTERNAL"),
                    output());
            assertEquals(
                    List.of("EXTERNAL ann@example.org true", "EXTERNAL self true"),
                    node.records(Authentication.class).stream()
                            .map(one -> one.mechanism() + " " + one.user() + " " + one.success())
                            .toList());
            assertEquals(List.of("CN=ann true", "CN=self false trouble"), shown(node));
            assertEquals(2, node.records(Reception.class).size());
            assertNotEquals(
                    0,
                    curl(
                            node,
                            "--cert",
                            "ann.pem",
                            "--key",
                            "ann.key",
                            "--user",
                            "bob@example.org:",
                            "--login-options",
                            "AUTH=EXTERNAL"));
            assertTrue(output().contains("< 535 5.7.8"), output());
        }
    }

    /** As another mail server would: it shows its certificate and does not log in. */
    @Test
    void withoutAuth() throws Exception {
        try (TestNode node = node().binding(
                        "login", Map.of("plugin", "login", "point", "Reception", "stages", "tls", "trusted", true))
                .start()) {
            assertEquals(0, curl(node, "--cert", "ann.pem", "--key", "ann.key"), output());
            assertNotEquals(0, curl(node), output());
            assertTrue(output().contains("550 5.7.1 Users only"), output());
        }
    }

    /** The session goes on, without a user. */
    @Test
    void certificatesThatProveNothing() throws Exception {
        signed("bob", "subjectAltName=email:bob@elsewhere.example", "2");
        signed("old", "subjectAltName=email:ann@example.org", "-1");
        Files.copy(folder.resolve("ca.pem"), folder.resolve("real-ca.pem"));
        Files.copy(folder.resolve("ca.key"), folder.resolve("real-ca.key"));
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2");
        signed("forged", "subjectAltName=email:ann@example.org", "2");
        Files.copy(
                folder.resolve("real-ca.pem"),
                folder.resolve("ca.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (TestNode node = node().start()) {
            for (String name : List.of("bob", "old", "forged")) {
                run(
                        "EHLO client.example\nAUTH EXTERNAL =\nNOOP\nQUIT\n",
                        "openssl",
                        "s_client",
                        "-quiet",
                        "-crlf",
                        "-starttls",
                        "smtp",
                        "-connect",
                        "127.0.0.1:" + node.port(),
                        "-cert",
                        name + ".pem",
                        "-key",
                        name + ".key");
                assertFalse(output().contains("AUTH"), output());
                assertTrue(output().contains("504 5.5.4"), output());
                assertTrue(output().contains("250 2.0.0"), output());
                assertFalse(output().contains("unexpected eof"), output()); // close_notify has come
            }
            assertEquals(List.of("CN=bob true", "CN=old false trouble", "CN=forged false trouble"), shown(node));
            assertEquals(
                    Optional.empty(),
                    node.records(Authentication.class).stream().findFirst());
        }
    }

    /** With the same context, so that a client may resume its session: the certificate is still verified. */
    @Test
    void theSameClientAgain() throws Exception {
        openssl("pkcs12 -export -in ann.pem -inkey ann.key -out ann.p12 -passout pass:secret");
        var store = KeyStore.getInstance(folder.resolve("ann.p12").toFile(), "secret".toCharArray());
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "secret".toCharArray());
        try (TestNode node = node().start()) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
                login(node, context, protocol);
                login(node, context, protocol);
            }
            assertEquals(List.of("CN=ann true", "CN=ann true", "CN=ann true", "CN=ann true"), shown(node));
        }
    }

    private static void login(TestNode node, SSLContext context, String protocol) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            say(socket, "STARTTLS", "220 2.0.0");
            try (var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "node.example", 25, true)) {
                tls.setEnabledProtocols(new String[] {protocol});
                tls.startHandshake();
                say(tls, "AUTH EXTERNAL =", "235 2.7.0");
            }
        }
    }

    /** Reads one octet after the other, so that nothing is taken that belongs to TLS. */
    private static void say(Socket socket, String line, String awaited) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
        var said = new StringBuilder();
        while (!said.toString().contains(awaited) || said.charAt(said.length() - 1) != '\n') {
            int octet = socket.getInputStream().read();
            assertTrue(octet >= 0 && !said.toString().contains("\n5"), said.toString());
            said.append((char) octet);
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
