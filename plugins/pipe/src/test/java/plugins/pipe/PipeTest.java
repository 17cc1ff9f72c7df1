package plugins.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With real programs: small scripts in a folder of the test's own. */
class PipeTest {

    @TempDir
    Path directory;

    private final Pipe plugin = new Pipe();

    /** A program of this text, called as the arguments say; its working directory is the test's folder. */
    private void program(String script, List<String> arguments, Object... settings) throws IOException {
        Path file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        var argv = new ArrayList<>(List.of(file.toString()));
        argv.addAll(arguments);
        put(argv, settings);
    }

    private void put(List<String> argv, Object... settings) {
        var given = new ArrayList<Object>(List.of("command", argv, "directory", directory.toString()));
        var entries = new HashMap<String, Object>();
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i].toString().startsWith("environment.")) {
                entries.put(settings[i].toString(), settings[i + 1]);
            } else {
                given.addAll(List.of(settings[i], settings[i + 1]));
            }
        }
        plugin.put(ConfiguredCommand.command(
                "test", Settings.of(ConfiguredCommand.Config.class, given.toArray()), entries));
    }

    private List<Outcome> send(TestMessage message) throws IOException {
        var attempt = new TestAttempt(1, message, "default", "", "b.example", TestAttempt.path("pipe", "test"));
        try (var channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
            assertTrue(channel.reusable());
            return channel.send(attempt);
        }
    }

    private String reply(TestMessage message) throws IOException {
        return send(message).getFirst().reply().toString();
    }

    private static TestMessage message() {
        return TestMessage.of("Subject: x\n\nbody\n").from("s@x.example").to("a@b.example");
    }

    private String file(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void theProgramGetsTheMessageAndItsArguments() throws Exception {
        program(
                "cat > content; printf '[%s]' \"$@\" > arguments",
                List.of(
                        "-f",
                        "{sender}",
                        "{local}+x@{domain}",
                        "id={id} size={size}",
                        "$HOME",
                        "`id`",
                        "; id",
                        "*",
                        ""));
        assertEquals("250 2.0.0 Delivered", reply(message()));
        assertEquals("Return-Path: <s@x.example>\nDelivered-To: a@b.example\nSubject: x\n\nbody\n", file("content"));
        assertEquals(
                "[-f][s@x.example][a+x@b.example][id=0TESTMESSAGE0 size=20][$HOME][`id`][; id][*][]",
                file("arguments"));
    }

    /** Whatever an address holds, it is one argument and nothing is run. */
    @ParameterizedTest
    @ValueSource(
            strings = {"$(touch evil)", "`touch evil`", "a b", "a;touch evil", "a'b", "a\\\"b", "{sender}", "$1", "\\1"
            })
    void anAddressIsOneArgument(String local) throws Exception {
        program("printf '[%s]' \"$@\" > arguments", List.of("{local}", "x{recipient}"));
        assertEquals(
                "250 2.0.0 Delivered", reply(TestMessage.of("Subject: x\n\n").to(local + "@b.example")));
        assertEquals("[" + local + "][x" + local + "@b.example]", file("arguments"));
        assertFalse(Files.exists(directory.resolve("evil")));
    }

    @Test
    void anAddressIsNoOption() throws Exception {
        program("touch ran", List.of("{recipient}"));
        assertEquals(
                "553 5.1.3 The recipient or sender address cannot be given to the program",
                reply(TestMessage.of("Subject: x\n\n").to("-oX/tmp/x@b.example")));
        assertFalse(Files.exists(directory.resolve("ran")));
        program("touch ran", List.of("--to={recipient}"));
        assertEquals(
                "250 2.0.0 Delivered", reply(TestMessage.of("Subject: x\n\n").to("-oX/tmp/x@b.example")));
    }

    @Test
    void theEnvironmentIsItsOwn() throws Exception {
        program("/usr/bin/env > environment", List.of(), "environment.COLOUR", "blue", "environment.PATH", "/bin");
        reply(message());
        List<String> lines = file("environment")
                .lines()
                .filter(line -> !line.matches("(PWD|SHLVL|_|OLDPWD)=.*")) // the shell's
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "COLOUR=blue",
                        "LANG=C.UTF-8",
                        "MESSAGE_ID=0TESTMESSAGE0",
                        "PATH=/bin",
                        "RECIPIENT=a@b.example",
                        "SENDER=s@x.example"),
                lines);
    }

    @Test
    void linesAsInSmtpAndNoEnvelopeWhereWanted() throws Exception {
        program("cat > content", List.of(), "lineEnd", "crlf", "envelope", false);
        reply(message());
        assertEquals("Subject: x\r\n\r\nbody\r\n", file("content"));
    }

    @Test
    void eachRecipientHasAProcessAndAnOutcome() throws Exception {
        program("[ \"$1\" = c@d.example ] && exit 67; exit 0", List.of("{recipient}"));
        List<Outcome> outcomes = send(message().to("c@d.example"));
        assertInstanceOf(Outcome.Delivered.class, outcomes.getFirst());
        assertInstanceOf(Outcome.Permanent.class, outcomes.getLast());
        assertEquals("550 5.1.1 user unknown", outcomes.getLast().reply().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 250 2.0.0 Delivered: words",
        "1, 451 4.3.0 exit status 1: words",
        "64, 451 4.3.0 exit status 64: words",
        "65, 554 5.6.0 data format error: words",
        "67, 550 5.1.1 user unknown: words",
        "68, 550 5.1.2 host name unknown: words",
        "69, 554 5.3.0 service unavailable: words",
        "70, 451 4.3.0 exit status 70: words",
        "73, 451 4.2.0 cannot create user output file: words",
        "75, 451 4.3.0 temporary failure: words",
        "77, 550 5.7.0 permission denied: words",
        "78, 451 4.3.5 local configuration error: words",
    })
    void whatAStatusMeans(int status, String reply) throws Exception {
        program("cat >/dev/null; echo words >&2; echo more; exit " + status, List.of());
        assertEquals(reply, reply(message()));
    }

    @Test
    void aProgramThatIsKilledIsTriedAgain() throws Exception {
        program("kill -9 $$", List.of());
        assertEquals("451 4.3.0 exit status 137", reply(message()));
    }

    @Test
    void aProgramThatIsNotThereIsTriedAgain() throws Exception {
        put(List.of("/nowhere/program"));
        assertEquals("451 4.3.0 the program does not start", reply(message()));
    }

    /** Larger than any pipe: who does not read is not waited for, who says much does not stop. */
    @Test
    void aProgramNeedNotReadAndMaySayMuch() throws Exception {
        var large = TestMessage.of("Subject: large\n\n" + ("x".repeat(70) + "\n").repeat(20_000))
                .to("a@b.example");
        program("exit 0", List.of());
        assertEquals("250 2.0.0 Delivered", reply(large));
        program("yes | head -c 3000000; cat > content; exit 0", List.of(), "envelope", false);
        assertEquals("250 2.0.0 Delivered: y", reply(large));
        assertEquals(71 * 20_000 + 16, file("content").length());
        program("yes '' | head -c 100; head -c 100000 /dev/zero | tr '\\0' 'x'; exit 75", List.of());
        assertTrue(reply(large).length() < 300);
    }

    /** With what it has started, and whether it reads or not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"exec sleep 1000", "sleep 1000", "cat >/dev/null; sleep 1000 & wait", "while :; do :; done"})
    void aProgramThatTakesTooLongIsKilled(String script) throws Exception {
        program("echo $$ > pid; " + script, List.of(), "timeout", "500ms");
        var large = TestMessage.of("Subject: large\n\n" + ("x".repeat(70) + "\n").repeat(20_000))
                .to("a@b.example");
        assertEquals("451 4.3.0 the program took longer than 0.5s", reply(large));
        long pid = Long.parseLong(file("pid").strip());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void aProgramThatLeavesAnotherBehindDoesNotHoldTheChannel() throws Exception {
        program("cat >/dev/null; sleep 30 & echo left; exit 0", List.of());
        assertEquals("250 2.0.0 Delivered: left", reply(message()));
    }

    @Test
    void aRouteNamesTheCommand() throws Exception {
        program("exit 0", List.of());
        assertEquals(
                "test",
                assertInstanceOf(Resolution.Site.class, plugin.resolve("test")).site());
        assertInstanceOf(Resolution.Unknown.class, plugin.resolve("b.example"));
        plugin.remove("test");
        assertThrows(
                ConnectException.class, () -> plugin.open(TestAttempt.path("pipe", "test"), List.of(), TestPin.ONLY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"program", "./program", "/bin/{local}", "/bin/x {user}"})
    void badCommandsAreRefused(String argv) {
        assertThrows(IllegalArgumentException.class, () -> put(List.of(argv.split(" "))));
        assertThrows(IllegalArgumentException.class, () -> put(List.of()));
    }

    /** In a whole node: tried again, then delivered. */
    @Test
    void inANode(@TempDir Path spool) throws Exception {
        program("cat >/dev/null; [ -e ready ] || exit 75", List.of());
        try (var node = TestNode.builder(spool)
                .plugin("pipe", plugin)
                .policy("transport", "pipe")
                .policy("route", "test")
                .start()) {
            assertTrue(node.send("s@x.example", "a@b.example").startsWith("250"));
            node.await("it is deferred", () -> !node.records(Deferred.class).isEmpty());
            assertEquals(
                    "451 4.3.0 temporary failure",
                    node.records(Deferred.class).getFirst().reply().toString());
            Files.writeString(directory.resolve("ready"), "");
            node.advance(Duration.ofMinutes(10));
            node.await("it is delivered", () -> !node.records(Delivered.class).isEmpty());
            node.await("the queue is empty", () -> node.queued() == 0);
        }
    }
}
