package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport.Channel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that somebody else has written: Postfix's smtp-sink. */
final class SmtpSinkTest {

    @TempDir
    Path directory;

    private static Path smtpSink() {
        for (String place : new String[] {"/usr/sbin/smtp-sink", "/usr/lib/postfix/sbin/smtp-sink"}) {
            if (Files.isExecutable(Path.of(place))) {
                return Path.of(place);
            }
        }
        Assumptions.assumeFalse(
                System.getenv("CI") == null, "smtp-sink is not installed: apt-get install postfix for this test");
        throw new AssertionError("smtp-sink is not installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-p", "-8", "-L"})
    void takesWhatIsSent(String option) throws IOException, InterruptedException {
        Path smtpSink = smtpSink();
        int port = freePort();
        var command = new ArrayList<String>();
        command.add(smtpSink.toString());
        if (!option.isEmpty()) {
            command.add(option);
        }
        if (System.getProperty("user.name").equals("root")) {
            // It does not run as root, and what it runs as must be able to write here.
            command.add("-u");
            command.add("nobody");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        command.add("-d");
        command.add(directory.resolve("mail.").toString());
        command.add("127.0.0.1:" + port);
        command.add("10");
        Process sink = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .inheritIO()
                .start();
        try (var rig = new Rig()) {
            waitFor(port, sink);
            var hop = Rig.hop("sink.example", port, 10);
            try (Channel channel =
                    option.equals("-L") ? rig.lmtp().open(rig.path("lmtp"), List.of(hop), rig.pin()) : rig.open(hop)) {
                for (int i = 0; i < 20; i++) {
                    for (Outcome outcome : rig.send(channel, Rig.message("b@example.com", "c@example.com"))) {
                        assertTrue(outcome instanceof Outcome.Delivered, outcome.toString());
                    }
                }
            }
            try (var files = Files.list(directory)) {
                assertEquals(20, files.filter(SmtpSinkTest::holdsTheMessage).count());
            }
        } finally {
            sink.destroy();
            sink.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static boolean holdsTheMessage(Path file) {
        try {
            String text = Files.readString(file);
            return text.contains("Subject: hi\n") && text.contains("\n\nHello\n.dot\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void waitFor(int port, Process sink) throws InterruptedException {
        for (int i = 0; i < 600 && sink.isAlive(); i++) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("smtp-sink does not listen");
    }
}
