package plugins.authoauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.Reception;
import mta.plugins.api.smtp.SaslMechanism;
import mta.testkit.node.TestNode;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real clients with real tokens: curl, which knows both mechanisms, and Python's smtplib. */
@Tag("peers")
@Timeout(240)
class OauthPeersTest {

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
        node = TestNode.builder(folder.resolve("node"))
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

    private int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), command[0] + " does not end");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private int curl(String token) throws Exception {
        Path mail = Files.writeString(folder.resolve("mail"), "Subject: curl\r\n\r\nhello\r\n");
        return run(
                Peer.program("curl").toString(),
                "--verbose",
                "--ssl-reqd",
                "--insecure",
                "--user",
                "ann@example.org:",
                "--oauth2-bearer",
                token,
                "--mail-from",
                "ann@example.org",
                "--mail-rcpt",
                "b@dest.example",
                "--upload-file",
                mail.toString(),
                "smtp://127.0.0.1:" + node.port() + "/client.example");
    }

    private List<String> outcomes() {
        return node.records(Authentication.class).stream()
                .map(record -> record.mechanism() + " " + record.user() + " " + record.success())
                .toList();
    }

    @Test
    void curlSendsMail() throws Exception {
        assertEquals(0, curl(id.token()), output());
        node.remove("OAUTHBEARER"); // curl takes it where both are there
        assertEquals(0, curl(id.token()), output());
        assertEquals(List.of("OAUTHBEARER ann@example.org true", "XOAUTH2 ann@example.org true"), outcomes());
        assertEquals(2, node.records(Reception.class).size());
    }

    @Test
    void curlIsRefused() throws Exception {
        String token = id.rsa(Identity.claims().audience("web").build());
        assertNotEquals(0, curl(token));
        assertTrue(output().contains("< 535 5.7.8"), output());
        assertEquals(List.of("OAUTHBEARER ann@example.org false"), outcomes());
        node.remove("OAUTHBEARER");
        assertNotEquals(0, curl(token));
        assertTrue(output().contains("< 334 eyJ"), output()); // the error; curl hangs up on it
        node.await("the record", () -> outcomes().size() == 2);
        assertEquals("XOAUTH2  false", outcomes().getLast());
    }

    @Test
    void smtplib() throws Exception {
        String script = """
                import smtplib, ssl, sys
                context = ssl._create_unverified_context()
                port, good, bad = int(sys.argv[1]), sys.argv[2], sys.argv[3]
                forms = {
                    'OAUTHBEARER': ('n,a=ann@example.org,\\1host=node.example\\1auth=Bearer %s\\1\\1', '\\1'),
                    'XOAUTH2': ('user=ann@example.org\\1auth=Bearer %s\\1\\1', ''),
                }
                for mechanism, (form, end) in forms.items():
                    for initial in (True, False):
                        for token, ok in ((good, True), (bad, False)):
                            with smtplib.SMTP('127.0.0.1', port, local_hostname='client.example') as smtp:
                                smtp.starttls(context=context)
                                smtp.ehlo()
                                def answer(challenge=None):
                                    if challenge is None or challenge == b'':
                                        return form % token
                                    assert b'"status"' in challenge, challenge
                                    return end
                                try:
                                    smtp.auth(mechanism, answer, initial_response_ok=initial)
                                    assert ok
                                except smtplib.SMTPAuthenticationError as e:
                                    assert not ok and e.smtp_code == 535, e
                """;
        String bad = id.rsa(Identity.claims().issuer("https://evil.example").build());
        int status =
                run(Peer.program("python3").toString(), "-c", script, Integer.toString(node.port()), id.token(), bad);
        assertEquals(0, status, output());
        assertEquals(
                4, outcomes().stream().filter(text -> text.endsWith("true")).count());
        assertEquals(
                4, outcomes().stream().filter(text -> text.endsWith("false")).count());
    }
}
