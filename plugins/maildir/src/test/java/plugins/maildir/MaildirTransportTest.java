package plugins.maildir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Delivered;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaildirTransportTest {

    @TempDir
    Path directory;

    private MaildirTransport plugin(Object... pairs) {
        Object[] all = Stream.concat(Stream.of("directory", directory.toString()), Stream.of(pairs))
                .toArray();
        return new MaildirTransport(Settings.of(MaildirTransport.Config.class, all));
    }

    private static List<String> send(MaildirTransport plugin, TestMessage message) throws Exception {
        TestAttempt attempt = TestAttempt.first("maildir", message);
        try (var channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
            assertTrue(channel.reusable());
            return channel.send(attempt).stream()
                    .map(outcome -> outcome.reply().toString())
                    .toList();
        }
    }

    private static TestMessage message(String... recipients) {
        var message = TestMessage.of("Subject: x\n\nbody\n").from("s@x.example");
        for (String recipient : recipients) {
            message.to(recipient);
        }
        return message;
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(folder))) {
            return files.toList();
        }
    }

    @Test
    void aMessageArrivesInNew() throws Exception {
        assertEquals(List.of("250 2.0.0 Delivered to maildir"), send(plugin("create", true), message("Ann@b.example")));
        Path file = files("b.example/ann/new").getFirst();
        String text = "Return-Path: <s@x.example>\nDelivered-To: Ann@b.example\nSubject: x\n\nbody\n";
        assertEquals(text, Files.readString(file));
        String name = file.getFileName().toString();
        assertTrue(name.matches("\\d+\\.0TESTMESSAGE0_[0-9a-f]{12}\\.[A-Za-z0-9._-]+,S=" + text.length()), name);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of(), files("b.example/ann/tmp"));
        assertEquals(List.of(), files("b.example/ann/cur"));
    }

    @Test
    void aSecondTryMakesNoDouble() throws Exception {
        var plugin = plugin("create", true);
        send(plugin, message("ann@b.example"));
        send(plugin, message("ann@b.example"));
        assertEquals(1, files("b.example/ann/new").size());
        Path read = files("b.example/ann/new").getFirst();
        Files.move(read, directory.resolve("b.example/ann/cur").resolve(read.getFileName() + ":2,S"));
        send(plugin, message("ann@b.example"));
        assertEquals(0, files("b.example/ann/new").size(), "it was read already");
    }

    @Test
    void recipientsThatShareAMaildirEachGetTheirs() throws Exception {
        send(plugin("create", true), message("ann+a@b.example", "ann+b@b.example"));
        assertEquals(2, files("b.example/ann/new").size());
    }

    @Test
    void whoHasNoMaildirIsUnknown() throws Exception {
        var plugin = plugin();
        Files.createDirectories(directory.resolve("b.example/ann/new"));
        Files.createDirectories(directory.resolve("b.example/ann/tmp"));
        assertEquals(
                List.of("250 2.0.0 Delivered to maildir", "550 5.1.1 User unknown"),
                send(plugin, message("ann@b.example", "bob@b.example")));
        assertFalse(Files.exists(directory.resolve("b.example/bob")));
        assertEquals(1, files("b.example/ann/new").size());
    }

    @Test
    void aDirectoryThatIsNotMountedMakesNobodyUnknown() throws Exception {
        assertEquals(
                List.of("451 4.3.0 Could not write to the maildir"),
                send(plugin("directory", directory.resolve("mnt").toString()), message("ann@b.example")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../etc/passwd@b.example",
                "..@b.example",
                "a/b@b.example",
                ".hidden@b.example",
                "a\\b@b.example",
                "x@../../b",
            })
    void anAddressNeverLeadsOut(String recipient) throws Exception {
        send(plugin("create", true), message(recipient));
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertEquals(1, files.size());
            assertEquals(4, directory.relativize(files.getFirst()).getNameCount());
        }
    }

    @Test
    void norDoesALink(@TempDir Path elsewhere) throws Exception {
        var other = plugin("directory", elsewhere.toString(), "create", true);
        send(other, message("ann@b.example"));
        Files.createDirectories(directory.resolve("b.example"));
        Files.createSymbolicLink(directory.resolve("b.example/ann"), elsewhere.resolve("b.example/ann"));
        assertEquals(List.of("451 4.3.0 Could not write to the maildir"), send(plugin(), message("ann@b.example")));
    }

    @Test
    void longNamesAreUnknown() throws Exception {
        assertEquals(
                List.of("550 5.1.1 User unknown"),
                send(plugin("create", true), message("x".repeat(200) + "@b.example")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/{local}", "../{local}", "{domain}", "{local}/{user}", "a//{local}"})
    void badPatternsAreRefused(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> plugin("pattern", pattern));
    }

    @Test
    void inANode(@TempDir Path spool) throws Exception {
        Files.createDirectories(directory.resolve("b.example/ann/new"));
        Files.createDirectories(directory.resolve("b.example/ann/tmp"));
        try (var node = TestNode.builder(spool)
                .plugin("maildir", plugin())
                .policy("transport", "maildir")
                .start()) {
            node.send("s@x.example", "ann@b.example", "bob@b.example");
            node.await("a delivery", () -> !node.records(Delivered.class).isEmpty());
            node.await("a failure", () -> !node.records(Bounced.class).isEmpty());
            node.await("the queue is empty", () -> node.queued() == 0);
            assertTrue(Files.readString(files("b.example/ann/new").getFirst()).contains("Hello"));
        }
    }
}
