package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that other people wrote, where they are installed. */
class RealClientsTest {

    private final TestServer server = new TestServer().withAuth(false);

    @TempDir
    Path folder;

    @Test
    void smtplib() throws Exception {
        run("python3", "python3", "-c", """
                import smtplib, sys
                with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), local_hostname='client.example') as smtp:
                    smtp.ehlo()
                    smtp.login('bob@mydomain.tld', 'secret')
                    smtp.sendmail('a@example.com', ['b@example.org', 'c@example.org'],
                        b'Subject: smtplib\\r\\n\\r\\n.dot\\r\\ngr\\xc3\\xbc\\xc3\\x9fe\\r\\n', ['BODY=8BITMIME'])
                    try:
                        smtp.sendmail('a@example.com', 'x@elsewhere.example', b'refused')
                        sys.exit(1)
                    except smtplib.SMTPRecipientsRefused as refused:
                        assert refused.recipients['x@elsewhere.example'][0] == 550
                """, "PORT");
        assertEquals(1, server.intake.taken.size());
        assertEquals(
                "Subject: smtplib\r\n\r\n.dot\r\ngr\u00c3\u00bc\u00c3\u009fe\r\n",
                server.intake.taken.getFirst().sent());
        assertEquals("ESMTPA", server.intake.taken.getFirst().origin().protocol());
    }

    @Test
    void curl() throws Exception {
        Path mail = Files.writeString(folder.resolve("mail"), "Subject: curl\r\n\r\nhello\r\n.\r\n..\r\n");
        run(
                "curl",
                "curl",
                "--silent",
                "--show-error",
                "--mail-from",
                "a@example.com",
                "--mail-rcpt",
                "b@example.org",
                "--upload-file",
                mail.toString(),
                "smtp://127.0.0.1:PORT/client.example");
        assertEquals(
                "Subject: curl\r\n\r\nhello\r\n.\r\n..\r\n",
                server.intake.taken.getFirst().sent());
    }

    @Test
    void swaks() throws Exception {
        run(
                "swaks",
                "swaks",
                "--server",
                "127.0.0.1:PORT",
                "--from",
                "a@example.com",
                "--to",
                "b@example.org",
                "--helo",
                "client.example",
                "--pipeline",
                "--auth",
                "PLAIN",
                "--auth-user",
                "bob@mydomain.tld",
                "--auth-password",
                "secret");
        assertTrue(server.intake.taken.getFirst().content().contains("This is a test mailing"));
    }

    @Test
    void smtpSource() throws Exception {
        run(
                "smtp-source",
                "smtp-source",
                "-s",
                "4",
                "-m",
                "100",
                "-l",
                "10240",
                "-f",
                "a@example.com",
                "-t",
                "b@example.org",
                "inet:127.0.0.1:PORT");
        assertEquals(100, server.intake.taken.size());
    }

    private void run(String program, String... command) throws Exception {
        assumeTrue(installed(program), program + " is not installed");
        try (var port = new TestPort(server)) {
            var words = new ArrayList<String>();
            for (String word : command) {
                words.add(word.replace("PORT", Integer.toString(port.number())));
            }
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> program + " does not end\n" + read(output));
                assertEquals(0, process.exitValue(), () -> read(output));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean installed(String program) {
        List<String> path = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        boolean found = path.stream().anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        if (!found) {
            System.out.println("SKIPPED: " + program + " is not installed");
        }
        return found;
    }
}
