package plugins.authfile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.policy.UserFor;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginsTest {

    private static final String HASH = PasswordHash.make("secret", 1000);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void users() throws IOException {
        file = folder.resolve("users");
        Files.writeString(
                file, "# users\n\nann:" + HASH + ":shop\nbob:" + HASH + "::disabled\ncid@x.example:" + HASH + "\n");
    }

    private Logins logins(Object... pairs) {
        Object[] all = Stream.concat(Stream.of("file", file.toString(), "iterations", 1000), Stream.of(pairs))
                .toArray();
        return new Logins(Settings.of(Logins.Config.class, all));
    }

    private static Step plain(Logins logins, String response) throws Exception {
        SaslMechanism plain = new Plain(logins);
        assertTrue(plain.plaintext(), "only under TLS");
        return plain.begin(TestSession.from("192.0.2.1"))
                .step(response.replace('|', '\0').getBytes(StandardCharsets.UTF_8), true);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "|ann|secret,ann",
                "ann|ann|secret,ann",
                "|cid@x.example|secret,cid@x.example",
                "|ann|Secret,",
                "|ann|,",
                "|ann|secret|,",
                "|bob|secret,", // disabled
                "|eve|secret,",
                "cid@x.example|ann|secret,", // for somebody else
                "||secret,",
                "ann|secret,",
                "x,",
                "||,",
            })
    void plainChecks(String response, String user) throws Exception {
        Step step = plain(logins(), response);
        if (user == null) {
            assertInstanceOf(Step.Failure.class, step);
        } else {
            assertEquals(new Step.Success(user), step);
        }
    }

    @Test
    void plainAsksWhereTheClientWaits() throws Exception {
        var exchange = new Plain(logins()).begin(TestSession.from("192.0.2.1"));
        assertArrayEquals(
                new byte[0],
                assertInstanceOf(Step.Challenge.class, exchange.step(new byte[0], true))
                        .data());
        assertEquals(new Step.Success("ann"), exchange.step("\0ann\0secret".getBytes(StandardCharsets.UTF_8), false));
        assertInstanceOf(Step.Failure.class, exchange.step(new byte[0], false));
    }

    @Test
    void hugeOrBrokenResponsesFailBeforeAnythingIsHashed() throws Exception {
        Logins none = logins("concurrent", 1, "patience", "0");
        assertInstanceOf(Step.Failure.class, plain(none, "|ann|" + "x".repeat(100_000)));
        var exchange = new Plain(none).begin(TestSession.from("192.0.2.1"));
        assertInstanceOf(Step.Failure.class, exchange.step(new byte[] {0, 'a', 0, (byte) 0xff}, true));
    }

    @Test
    void loginAsksTwice() throws Exception {
        var exchange = new Login(logins()).begin(TestSession.from("192.0.2.1"));
        assertEquals("Username:", challenge(exchange.step(new byte[0], true)));
        assertEquals("Password:", challenge(exchange.step("ann".getBytes(StandardCharsets.UTF_8), false)));
        assertEquals(new Step.Success("ann"), exchange.step("secret".getBytes(StandardCharsets.UTF_8), false));
        exchange = new Login(logins()).begin(TestSession.from("192.0.2.1"));
        assertEquals("Password:", challenge(exchange.step("ann".getBytes(StandardCharsets.UTF_8), true)));
        assertEquals(new Step.Failure("ann"), exchange.step("wrong".getBytes(StandardCharsets.UTF_8), false));
        exchange = new Login(logins()).begin(TestSession.from("192.0.2.1"));
        challenge(exchange.step(new byte[0], true));
        assertInstanceOf(Step.Failure.class, exchange.step(new byte[0], false));
    }

    private static String challenge(Step step) {
        return new String(assertInstanceOf(Step.Challenge.class, step).data(), StandardCharsets.US_ASCII);
    }

    @Test
    void whoseTurnDoesNotComeIsToldToTryLater() throws Exception {
        Files.writeString(file, "slow:" + PasswordHash.make("secret", 1_000_000));
        Logins logins = logins("concurrent", 1, "patience", "1ms");
        var right = new AtomicInteger();
        var later = new AtomicInteger();
        List<Thread> clients = Stream.generate(() -> Thread.ofPlatform().start(() -> {
                    try {
                        right.addAndGet(logins.check("slow", "secret").isPresent() ? 1 : 0);
                    } catch (IOException e) {
                        later.incrementAndGet();
                    }
                }))
                .limit(8)
                .toList();
        for (Thread client : clients) {
            client.join();
        }
        assertTrue(right.get() > 0 && later.get() > 0, right + " right, " + later + " told to try later");
        assertEquals(8, right.get() + later.get());
    }

    @Test
    void usersAreSeenWhenTheFileChanges() throws Exception {
        Logins logins = logins();
        assertTrue(logins.find("dan").isEmpty());
        Files.writeString(file, "dan:" + HASH + "\n", StandardOpenOption.APPEND);
        await(() -> logins.find("dan").isPresent());
        Files.writeString(file, "eve:" + HASH + "\nbroken\n");
        new UserFile(file); // reads it now, without a word of complaint to the caller
        for (int i = 0; i < 130; i++) { // longer than the second between two looks
            assertTrue(logins.find("dan").isPresent() && logins.find("eve").isEmpty(), "the old users stay");
            Thread.sleep(10);
        }
        Files.delete(file);
        await(() -> logins.find("dan").isEmpty());
        assertFalse(logins.check("dan", "secret").isPresent());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertTrue(condition.getAsBoolean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "ann:secret", ":HASH", "ann:HASH:t:on", "ann:HASH:t:disabled:x", "a\tb:HASH"})
    void badLinesNameTheLine(String line) {
        var failure = assertThrows(
                IllegalArgumentException.class, () -> Entries.parse(List.of("x:" + HASH, line.replace("HASH", HASH))));
        assertTrue(failure.getMessage().startsWith("line 2: "), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Entries.parse(List.of("x:" + HASH, "x:" + HASH)));
    }

    @Test
    void othersMayAskForUsers() {
        var policy = new UserPolicy(logins("ttl", "1m"));
        var answer = policy.find(new UserFor("ann")).orElseThrow();
        assertEquals(new UserFor.User("ann", HASH, "shop", true), answer.value());
        assertEquals(60, answer.ttl().toSeconds());
        assertFalse(policy.find(new UserFor("bob")).orElseThrow().value().enabled());
        assertEquals(Optional.empty(), policy.find(new UserFor("eve")));
    }

    @Test
    void theVerbAddsUsersAndChangesPasswords() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        var command = new UserCommand(logins());
        assertTrue(((String) typing("new secret\n", command, "add", "ann")).startsWith("ann has another password in "));
        assertTrue(((String) typing("other\r\n", command, "add", "dan")).startsWith("dan was added to "));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        List<String> lines = Files.readAllLines(file);
        assertEquals("# users", lines.getFirst());
        assertTrue(lines.get(2).endsWith(":shop"), "the tenant stays");
        Logins now = logins();
        assertEquals(Optional.of("ann"), now.check("ann", "new secret"));
        assertEquals(Optional.of("dan"), now.check("dan", "other"));
        assertEquals(Optional.empty(), now.check("ann", "secret"));

        String line = (String) typing("secret\n", command, "hash", "eve");
        assertTrue(Entries.parse(List.of(line)).containsKey("eve"));
        String[] made = ((String) typing("", command, "hash", "eve", "--generate")).split("\n");
        String password = made[0].substring("The password is ".length());
        assertTrue(PasswordHash.verify(password, made[1].substring("eve:".length())));

        assertInstanceOf(Refusal.class, typing("", command, "add", "eve"));
        assertInstanceOf(Refusal.class, typing("x\n", command, "add", "a:b"));
        assertInstanceOf(Refusal.class, typing("x\n", command, "add"));
        assertInstanceOf(Refusal.class, typing("x\n", command, "add", "eve", "x"));
        assertInstanceOf(Refusal.class, typing("x\n", command));
    }

    private static Object typing(String input, UserCommand command, String... words) throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return command._main(
                    Stream.concat(Stream.of("auth-file"), Stream.of(words)).toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> logins("concurrent", -1));
        assertThrows(IllegalArgumentException.class, () -> logins("iterations", 10));
        assertThrows(IllegalArgumentException.class, () -> logins("patience", "long"));
    }
}
