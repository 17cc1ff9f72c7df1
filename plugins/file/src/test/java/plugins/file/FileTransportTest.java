package plugins.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import mta.plugins.api.delivery.Outcome;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTransportTest {

    private static final String PATTERN = "{domain}/{local}/{id}-{recipient}.eml";

    @TempDir
    private Path directory;

    private FileTransport plugin(Object... pairs) {
        Object[] all = Stream.concat(Stream.of("directory", directory.toString()), Stream.of(pairs))
                .toArray();
        return new FileTransport(Settings.of(FileTransport.Config.class, all));
    }

    private static List<Outcome> send(FileTransport plugin, TestMessage message) throws Exception {
        TestAttempt attempt = TestAttempt.first("file", message);
        try (var channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
            return channel.send(attempt);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void oneFilePerRecipientWithTheEnvelopeOnTop() throws Exception {
        var message = TestMessage.of("Subject: x\n\nbody\n")
                .from("s@x.example")
                .to("a@b.example")
                .to("c@d.example");
        send(plugin(), message).forEach(outcome -> assertInstanceOf(Outcome.Delivered.class, outcome));
        Path file = directory.resolve("b.example/a/0TESTMESSAGE0-a@b.example.eml");
        assertEquals(
                "Return-Path: <s@x.example>\r\nDelivered-To: a@b.example\r\nX-MTA-Id: 0TESTMESSAGE0\r\n"
                        + "Subject: x\r\n\r\nbody\r\n",
                Files.readString(file, StandardCharsets.UTF_8));
        assertEquals(2, files().size(), "no temporary file is left");
    }

    @Test
    void aSecondTryReplacesTheFirst() throws Exception {
        FileTransport plugin = plugin("envelope", false, "sync", false);
        send(plugin, TestMessage.of("Subject: first\n\n").to("a@b.example"));
        send(plugin, TestMessage.of("Subject: second\n\n").to("a@b.example"));
        assertEquals("Subject: second\r\n\r\n", Files.readString(files().getFirst()));
        assertEquals(1, files().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd@b.example",
                "a@../../b.example",
                "..@..",
                ".@.",
                "/etc/passwd@/etc",
                "a\\..\\b@c\\d",
                ".hidden@.hidden",
                "\"a b\"@[192.0.2.1]",
                "ä@bücher.example",
                "a",
                "a%2F..%2Fb@b.example",
                "a;rm -rf *@$(b).example",
            })
    void noAddressLeavesTheDirectory(String recipient) throws Exception {
        assertInstanceOf(
                Outcome.Delivered.class,
                send(plugin(), TestMessage.of("\n").to(recipient)).getFirst());
        Path file = files().getFirst();
        assertEquals(3, directory.relativize(file).getNameCount(), file.toString());
        assertTrue(directory.relativize(file).toString().chars().allMatch(c -> c > 32 && c < 127), file.toString());
        directory.relativize(file).forEach(name -> assertFalse(name.toString().startsWith("."), name.toString()));
    }

    @Test
    void differentAddressesNeverShareAName() {
        assertNotEquals(Names.safe("a/b"), Names.safe("a%2Fb"));
        assertNotEquals(Names.safe(""), Names.safe("%"));
        String longName = "x".repeat(10_000);
        assertTrue(Names.safe(longName).length() <= 150);
        assertNotEquals(Names.safe(longName), Names.safe(longName + "y"));
    }

    @Test
    void longAddressesFit() throws Exception {
        String recipient = "é".repeat(64) + "@" + "label.".repeat(40) + "example";
        assertInstanceOf(
                Outcome.Delivered.class,
                send(plugin(), TestMessage.of("\n").to(recipient)).getFirst());
    }

    @Test
    void aLinkThatLeadsOutIsNotFollowed(@TempDir Path elsewhere) throws Exception {
        Files.createSymbolicLink(directory.resolve("b.example"), elsewhere);
        assertInstanceOf(
                Outcome.Transient.class,
                send(plugin(), TestMessage.of("\n").to("a@b.example")).getFirst());
        assertFalse(Files.exists(elsewhere.resolve("a/0TESTMESSAGE0-a@b.example.eml")));
    }

    @Test
    void whatCannotBeWrittenIsTriedAgain() throws Exception {
        Files.writeString(directory.resolve("b.example"), "a file where a directory should be");
        List<Outcome> outcomes =
                send(plugin(), TestMessage.of("\n").to("a@b.example").to("a@c.example"));
        assertInstanceOf(Outcome.Transient.class, outcomes.get(0));
        assertInstanceOf(Outcome.Delivered.class, outcomes.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/{id}{recipient}",
                "../{id}{recipient}",
                "a/../{id}{recipient}",
                "a//{id}{recipient}",
                "{id}",
                "{recipient}",
                "{id}/{recipient}",
                "{id}{recipient}{what}",
                "a\\{id}{recipient}"
            })
    void badPatternsAreRefused(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> plugin("pattern", pattern));
        new Names(PATTERN);
    }
}
