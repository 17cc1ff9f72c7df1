package plugins.authdovecot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import mta.core.io.Tcp;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.SaslMechanism.Exchange;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.testkit.node.TestNode;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import plugins.unixsocket.UnixSocket;

/** The real Dovecot: its users, and its mailboxes by LMTP, each on TCP and on a Unix-domain socket. */
@Tag("peers")
@Timeout(240)
class DovecotPeersTest {

    private static final Duration SECONDS = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Tcp tcp = new Tcp();
    private final UnixSocket unix = new UnixSocket("0600");
    private final int authPort = Peer.freePort();
    private final int lmtpPort = Peer.freePort();
    private Peer dovecot;

    @BeforeEach
    void start() throws Exception {
        Path program = Peer.program("dovecot");
        boolean root = System.getProperty("user.name").equals("root");
        String user = root ? "nobody" : System.getProperty("user.name");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path mail = Files.createDirectory(folder.resolve("mail"));
        Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(folder.resolve("users"), """
                ann:{PLAIN}secret::::::
                full:{PLAIN}secret::::::userdb_quota_rule=*:bytes=1
                broken:{PLAIN}secret::::::userdb_mail=maildir:/proc/nowhere
                """);
        // Without root everything runs as the one who runs the test, and nothing may change its root.
        String alone = root ? "" : """
                default_internal_user = %1$s
                default_internal_group = %2$s
                default_login_user = %1$s
                service anvil {
                  chroot =
                }
                service stats {
                  chroot =
                }
                """.formatted(user, group());
        Path config = Files.writeString(
                folder.resolve("dovecot.conf"),
                """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = /dev/stderr
                protocols = lmtp
                listen = 127.0.0.1
                ssl = no
                first_valid_uid = 1
                auth_mechanisms = plain login scram-sha-256 cram-md5
                auth_failure_delay = 0
                auth_verbose = yes
                mail_location = maildir:%1$s/mail/%%n
                mail_plugins = quota
                plugin {
                  quota = maildir:User quota
                  quota_grace = 0
                }
                passdb {
                  driver = passwd-file
                  args = username_format=%%n %1$s/users
                }
                userdb {
                  driver = passwd-file
                  args = username_format=%%n %1$s/users
                  default_fields = uid=%2$s gid=%3$s home=%1$s/mail/%%n
                }
                # Each failure of an address would delay the next answers to it.
                service anvil {
                  unix_listener anvil-auth-penalty {
                    mode = 0
                  }
                }
                service auth {
                  inet_listener {
                    address = 127.0.0.1
                    port = %4$d
                  }
                  unix_listener %1$s/auth.sock {
                    mode = 0600
                  }
                }
                service lmtp {
                  inet_listener lmtp {
                    address = 127.0.0.1
                    port = %5$d
                  }
                  unix_listener %1$s/lmtp.sock {
                    mode = 0600
                  }
                }
                """.formatted(folder, user, root ? "nogroup" : group(), authPort, lmtpPort) + alone);
        dovecot = Peer.start(folder, program.toString(), "-F", "-c", config.toString());
        dovecot.awaitPort(lmtpPort).awaitPort(authPort);
        dovecot.await(
                "its sockets",
                () -> Files.exists(folder.resolve("lmtp.sock")) && Files.exists(folder.resolve("auth.sock")));
    }

    private static String group() throws IOException {
        Process id = new ProcessBuilder("id", "-gn").start();
        return new String(id.getInputStream().readAllBytes(), UTF_8).strip();
    }

    @AfterEach
    void stop() {
        if (dovecot != null) {
            dovecot.close();
        }
        tcp.close();
    }

    // ---- LMTP

    private void delivers(String route) throws Exception {
        try (TestNode node = TestNode.builder(Files.createDirectory(folder.resolve("spool")))
                .plugin("unix", unix)
                .policy("transport", "lmtp")
                .policy("route", route)
                .policy("retry", "10m")
                .start()) {
            String reply = node.send(
                    "a@origin.example",
                    "ann@dest.example",
                    "nobody@dest.example",
                    "full@dest.example",
                    "broken@dest.example");
            assertTrue(reply.startsWith("250 "), reply);
            node.await(
                    "each has an outcome",
                    () -> node.records(Delivered.class).size()
                                    + node.records(Bounced.class).size()
                                    + node.records(Deferred.class).size()
                            == 4);
            assertEquals(1, node.records(Delivered.class).size());
            assertEquals(List.of("broken@dest.example"), deferred(node), dovecot.log());
            assertEquals(Set.of("full@dest.example", "nobody@dest.example"), Set.copyOf(bounced(node)));
        }
        List<Path> mails;
        try (Stream<Path> files = Files.list(folder.resolve("mail/ann/new"))) {
            mails = files.toList();
        }
        assertEquals(1, mails.size());
        String text = Files.readString(mails.getFirst());
        assertTrue(text.contains("\nSubject: test\n"), text);
        assertTrue(text.startsWith("Return-Path: <a@origin.example>\n"), text);
    }

    private static List<String> deferred(TestNode node) {
        return node.records(Deferred.class).stream().map(Deferred::recipient).toList();
    }

    private static List<String> bounced(TestNode node) {
        return node.records(Bounced.class).stream().map(Bounced::recipient).toList();
    }

    @Test
    void mailIsDeliveredByLmtpOverTcp() throws Exception {
        delivers("[127.0.0.1]:" + lmtpPort);
    }

    @Test
    void mailIsDeliveredByLmtpOverAUnixSocket() throws Exception {
        delivers("unix:" + folder.resolve("lmtp.sock"));
    }

    // ---- SASL

    private Map<String, SaslMechanism> mechanisms(Io io, Endpoint endpoint) throws IOException {
        Dialler dialler = () -> io.dial(endpoint, Optional.empty(), SECONDS);
        try (AuthConnection connection = AuthConnection.open(dialler, SECONDS)) {
            return AuthDovecot.usable(connection.mechanisms(), Set.of()).stream()
                    .collect(Collectors.toMap(Mechanism::name, one -> new DovecotMechanism(one, dialler, SECONDS)));
        }
    }

    private void authenticates(Io io, Endpoint endpoint) throws Exception {
        Map<String, SaslMechanism> all = mechanisms(io, endpoint);
        assertEquals(Set.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"), all.keySet());
        assertTrue(all.get("PLAIN").plaintext());
        assertTrue(!all.get("SCRAM-SHA-256").plaintext());
        assertEquals(new Step.Success("ann"), plain(all, "\0ann\0secret"));
        assertEquals(new Step.Failure("ann"), plain(all, "\0ann\0wrong"));
        assertEquals(new Step.Failure("eve"), plain(all, "\0eve\0secret"));

        Exchange login = all.get("LOGIN").begin(TestSession.from("127.0.0.1"));
        assertArrayEquals("Username:".getBytes(UTF_8), ((Step.Challenge) login.step(new byte[0], true)).data());
        assertArrayEquals(
                "Password:".getBytes(UTF_8), ((Step.Challenge) login.step("ann".getBytes(UTF_8), false)).data());
        assertEquals(new Step.Success("ann"), login.step("secret".getBytes(UTF_8), false));
        login.close();
    }

    private static Step plain(Map<String, SaslMechanism> all, String response) throws Exception {
        Exchange exchange = all.get("PLAIN").begin(TestSession.from("127.0.0.1"));
        try {
            return exchange.step(response.getBytes(UTF_8), true);
        } finally {
            exchange.close();
        }
    }

    @Test
    void itsUsersAuthenticateOverTcp() throws Exception {
        authenticates(tcp, Endpoint.tcp("127.0.0.1", authPort));
    }

    @Test
    void itsUsersAuthenticateOverAUnixSocket() throws Exception {
        authenticates(unix, Endpoint.parse("unix:" + folder.resolve("auth.sock")));
    }

    /** RFC 5802, RFC 7677, by a client of the test's own, through a whole node. */
    @Test
    void scramSha256GoesThroughTheNode() throws Exception {
        Map<String, SaslMechanism> all = mechanisms(tcp, Endpoint.tcp("127.0.0.1", authPort));
        try (TestNode node = TestNode.builder(Files.createDirectory(folder.resolve("spool")))
                .plugin("SCRAM-SHA-256", all.get("SCRAM-SHA-256"))
                .start()) {
            var first = "n=ann,r=abcdefghijkl";
            List<String> replies = talk(node, first);
            assertEquals("235 2.7.0 Authentication successful", replies.getLast(), replies.toString());
        }
    }

    private static List<String> talk(TestNode node, String first) throws Exception {
        var replies = new ArrayList<String>();
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), node.port())) {
            var in = new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream(), UTF_8));
            replies.add(in.readLine());
            say(socket, "EHLO client.example");
            String line = in.readLine();
            for (; line.startsWith("250-"); line = in.readLine()) {
                replies.add(line);
            }
            say(socket, "AUTH SCRAM-SHA-256 " + base64("n,," + first));
            String challenge = decoded(in.readLine());
            say(socket, base64(proof(first, challenge)));
            replies.add(in.readLine());
            if (replies.getLast().startsWith("334")) {
                assertTrue(decoded(replies.getLast()).startsWith("v="), replies.getLast());
                say(socket, "");
                replies.add(in.readLine());
            }
            return replies;
        }
    }

    private static void say(java.net.Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
    }

    private static String proof(String first, String challenge) throws Exception {
        Map<String, String> fields = Stream.of(challenge.split(","))
                .collect(Collectors.toMap(word -> word.substring(0, 1), word -> word.substring(2)));
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(
                        "secret".toCharArray(),
                        Base64.getDecoder().decode(fields.get("s")),
                        Integer.parseInt(fields.get("i")),
                        256))
                .getEncoded();
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] storedKey = java.security.MessageDigest.getInstance("SHA-256").digest(clientKey);
        String last = "c=biws,r=" + fields.get("r");
        byte[] signature = hmac(storedKey, first + "," + challenge + "," + last);
        var proof = new byte[clientKey.length];
        for (int i = 0; i < proof.length; i++) {
            proof[i] = (byte) (clientKey[i] ^ signature[i]);
        }
        return last + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String decoded(String reply) {
        assertTrue(reply.startsWith("334 "), reply);
        return new String(Base64.getDecoder().decode(reply.substring(4)), UTF_8);
    }
}
