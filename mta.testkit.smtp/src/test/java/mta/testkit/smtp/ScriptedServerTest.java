package mta.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScriptedServerTest {

    private static final String SMTP = "EHLO c\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRCPT TO:<c@y>\r\nDATA\r\n";

    @Test
    void behavesUntilTheScriptSaysOtherwise() throws IOException {
        try (var server = ScriptedServer.smtp()
                .offer("PIPELINING")
                .on("RCPT TO:<c@", "550 5.1.1 no")
                .start()) {
            String answers = talk(server, SMTP + "..dot\r\n.\r\nQUIT\r\n");
            assertEquals(
                    List.of("220", "250-scripted.example", "250", "250", "250", "550", "354", "250", "221"),
                    answers.lines().map(line -> line.split(" ")[0]).toList());
            Received message = server.take();
            assertEquals("MAIL FROM:<a@x>", message.mail());
            assertEquals(List.of("RCPT TO:<b@y>"), message.rcpts());
            assertEquals(".dot\r\n", message.text());
        }
    }

    @Test
    void answersInTurnAndDrops() throws IOException {
        try (var server = ScriptedServer.smtp()
                .on("NOOP", Answer.say("250 one"), Answer.say("421 two").then(Answer.drop()))
                .start()) {
            assertTrue(talk(server, "NOOP\r\nNOOP\r\nNOOP\r\n").endsWith("250 one\r\n421 two\r\n"));
        }
    }

    @Test
    void lmtpAnswersForEachRecipient() throws IOException {
        try (var server =
                ScriptedServer.lmtp().on("CONTENT FOR:<b@y>", "452 4.2.2 full").start()) {
            String answers = talk(server, SMTP.replace("EHLO", "LHLO") + "hi\r\n.\r\nQUIT\r\n");
            assertTrue(answers.contains("452 4.2.2 full\r\n250 2.0.0 queued\r\n221"), answers);
            assertEquals(List.of("RCPT TO:<c@y>"), server.take().rcpts());
        }
    }

    @Test
    void speaksTls(@TempDir Path directory) throws IOException {
        var certificate = TestCertificate.make(directory, "ip:127.0.0.1");
        try (var server = ScriptedServer.smtp()
                        .tlsFromTheStart(certificate.server())
                        .start();
                var socket = (SSLSocket)
                        certificate.client().getSocketFactory().createSocket(server.address(), server.port())) {
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answers.startsWith("220 ") && answers.contains("\r\n221 "), answers);
        }
    }

    private static String talk(ScriptedServer server, String said) throws IOException {
        try (var socket = new Socket(server.address(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(said.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
