package plugins.consolessh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import mta.plugins.api.admin.Console;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.testkit.plugin.Settings;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With SSHD's own client and a console that says what it was asked. */
class SshConsoleTest {

    private static final long LIMIT_SECONDS = 30;

    @TempDir
    private Path instance;

    private final Scripted console = new Scripted();
    private final List<LogRecord> told = new CopyOnWriteArrayList<>();
    private KeyPair known;
    private SshConsole ssh;
    private SshClient client;

    static {
        JdkEd25519.register();
    }

    private static KeyPair key(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private static KeyPair key() throws Exception {
        return key("Ed25519", 0);
    }

    @BeforeEach
    void start() throws Exception {
        Files.setPosixFilePermissions(instance, PosixFilePermissions.fromString("rwx------"));
        Files.createDirectory(instance.resolve("conf"));
        known = key();
        authorize(PublicKeyEntry.toString(known.getPublic()) + " alice@example", "rw-------");
        start(Map.of());
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((_, _, _) -> true);
        client.start();
    }

    private void start(Map<String, Object> settings) throws IOException {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("endpoint", "127.0.0.1:0");
        Object[] pairs = all.entrySet().stream()
                .flatMap(each -> java.util.stream.Stream.of(each.getKey(), each.getValue()))
                .toArray();
        Records records = new Records() {
            @Override
            public void emit(LogRecord log) {
                told.add(log);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
        ssh = new SshConsole(Settings.of(SshConsole.Config.class, pairs), console, records, instance);
    }

    private void authorize(String line, String mode) throws IOException {
        Path file = Files.writeString(instance.resolve("conf/authorized_keys"), line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @AfterEach
    void stop() throws Exception {
        client.stop();
        ssh.stop();
    }

    /** Says the words it gets, and that of its operator; can be told to wait until it is interrupted. */
    private static final class Scripted implements Console {

        private final CountDownLatch interrupted = new CountDownLatch(1);
        private final BlockingQueue<Screen> sizes = new LinkedBlockingQueue<>();

        @Override
        public int run(Operator operator, List<String> words, Screen screen, OutputStream out, OutputStream err)
                throws IOException, InterruptedException {
            if (words.getFirst().equals("wait")) {
                out.write("waiting\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                try {
                    Thread.sleep(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
                } finally {
                    interrupted.countDown();
                }
            }
            if (words.getFirst().equals("large")) {
                byte[] line = "0123456789abcde\n".repeat(1024).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < 1024; i++) {
                    out.write(line);
                }
                out.flush();
                return 0;
            }
            out.write((operator.name() + " " + words + " " + screen + "\n").getBytes(StandardCharsets.UTF_8));
            err.write("err\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            err.flush();
            return 7;
        }

        @Override
        public Session open(Operator operator, Screen screen, InputStream keys, OutputStream out) {
            return new Session() {
                @Override
                public void serve() throws IOException {
                    out.write((operator.name() + " " + screen + "\r\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    for (int key = keys.read(); key >= 0 && key != 'q'; key = keys.read()) {
                        out.write(key);
                        out.flush();
                    }
                }

                @Override
                public void resize(int columns, int lines) {
                    sizes.add(new Screen("", columns, lines));
                }

                @Override
                public void close() {}
            };
        }
    }

    private record Answer(int status, String out, String err) {}

    private ClientSession login(KeyPair... keys) throws IOException {
        ClientSession session = client.connect("anybody", "127.0.0.1", ssh.port())
                .verify(LIMIT_SECONDS, TimeUnit.SECONDS)
                .getSession();
        try {
            for (KeyPair key : keys) {
                session.addPublicKeyIdentity(key);
            }
            session.auth().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private Answer run(KeyPair key, String command) throws IOException {
        try (ClientSession session = login(key)) {
            return run(session, command);
        }
    }

    private static Answer run(ClientSession session, String command) throws IOException {
        try (var channel = session.createExecChannel(command)) {
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            closed(channel);
            return new Answer(
                    channel.getExitStatus(),
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    private static void closed(ClientChannel channel) {
        var seen = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertTrue(seen.contains(ClientChannelEvent.CLOSED), seen.toString());
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(5);
        }
    }

    private List<Map<String, Object>> logins(boolean success) {
        return told.stream()
                .map(LogRecord.Event.class::cast)
                .peek(each -> assertEquals("ConsoleLogin", each.kind()))
                .map(LogRecord.Event::values)
                .filter(values -> values.get("success").equals(success))
                .toList();
    }

    // -- verbs and sessions -------------------------------------------------------------------------------------------

    @Test
    void aVerbIsHandedOnWordByWordInTheNameOfTheKey() throws Exception {
        Answer answer = run(known, "queue show 'a b'");
        assertEquals(7, answer.status());
        assertEquals("ssh:alice@example [queue, show, a b] " + Console.Screen.NONE + "\n", answer.out());
        assertEquals("err\n", answer.err());
        Map<String, Object> login = logins(true).getFirst();
        assertEquals("ssh:alice@example", login.get("who"));
        assertEquals("anybody", login.get("user"));
        assertEquals(List.of(KeyUtils.getFingerPrint(known.getPublic())), login.get("keys"));
        assertTrue(login.get("client").toString().startsWith("127.0.0.1:"), login.toString());
    }

    @Test
    void onATerminalLinesEndAsItNeeds() throws Exception {
        try (ClientSession session = login(known);
                var channel = session.createExecChannel("lb")) {
            channel.setUsePty(true);
            channel.setPtyType("xterm");
            channel.setPtyColumns(60);
            channel.setPtyLines(10);
            var out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.setErr(OutputStream.nullOutputStream());
            channel.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            closed(channel);
            assertEquals(
                    "ssh:alice@example [lb] " + new Console.Screen("xterm", 60, 10) + "\r\n",
                    out.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aSessionHasTheKeysAndTheSizeOfItsWindow() throws Exception {
        try (ClientSession session = login(known);
                var channel = session.createShellChannel()) {
            channel.setPtyType("xterm");
            channel.setPtyColumns(60);
            channel.setPtyLines(10);
            var out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.setErr(OutputStream.nullOutputStream());
            channel.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            await("the session", () -> out.size() > 0);
            channel.sendWindowChange(100, 40);
            assertEquals(new Console.Screen("", 100, 40), console.sizes.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
            channel.getInvertedIn().write("abq".getBytes(StandardCharsets.US_ASCII));
            channel.getInvertedIn().flush();
            closed(channel);
            assertEquals(
                    "ssh:alice@example " + new Console.Screen("xterm", 60, 10) + "\r\nab",
                    out.toString(StandardCharsets.UTF_8));
            assertEquals(0, channel.getExitStatus());
        }
    }

    @Test
    void aSessionWithoutATerminalIsRefused() throws Exception {
        try (ClientSession session = login(known);
                var channel = session.createShellChannel()) {
            channel.setUsePty(false);
            var err = new ByteArrayOutputStream();
            channel.setErr(err);
            channel.setOut(OutputStream.nullOutputStream());
            channel.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            closed(channel);
            assertEquals(64, channel.getExitStatus());
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("ssh -t"), err.toString());
        }
    }

    @Test
    void aClientThatGoesAwayInterruptsItsVerb() throws Exception {
        try (ClientSession session = login(known)) {
            var channel = session.createExecChannel("wait");
            channel.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertEquals('w', channel.getInvertedOut().read());
        }
        assertTrue(console.interrupted.await(LIMIT_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyNotEvenItself() throws Exception {
        try (ClientSession session = login(known)) {
            var stuck = session.createExecChannel("large");
            stuck.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertEquals('0', stuck.getInvertedOut().read()); // and no more: its window is full soon
            assertEquals(7, run(session, "lb").status());
            assertEquals(7, run(known, "lb").status());
            byte[] rest = stuck.getInvertedOut().readAllBytes();
            assertEquals(16 * 1024 * 1024, 1 + rest.length, "and it gets it all when it reads again");
        }
    }

    // -- who may come in ----------------------------------------------------------------------------------------------

    @Test
    void onlyKnownKeysMayLogIn() throws Exception {
        String line = PublicKeyEntry.toString(known.getPublic());
        KeyPair stranger = key();
        assertThrows(IOException.class, () -> run(stranger, "lb"));
        await("a record", () -> !logins(false).isEmpty());
        Map<String, Object> refused = logins(false).getFirst();
        assertEquals("no known key", refused.get("reason"));
        assertEquals(List.of(KeyUtils.getFingerPrint(stranger.getPublic())), refused.get("keys"));
        assertEquals("", refused.get("who"));

        try (ClientSession both = login(stranger, known)) {
            assertEquals(7, run(both, "lb").status(), "its second key is known");
        }
        authorize("command=\"true\" " + line, "rw-------");
        assertThrows(IOException.class, () -> run(known, "lb"), "an option that would not be honoured");
        authorize("no-port-forwarding,no-agent-forwarding " + line, "rw-------");
        assertEquals(7, run(known, "lb").status(), "one that is always so");
        authorize(line, "rw-rw----");
        assertThrows(IOException.class, () -> run(known, "lb"), "others may write the file");
        authorize("# nobody", "rw-------");
        assertThrows(IOException.class, () -> run(known, "lb"), "a key that was taken out");
        authorize("no key\n# somebody\n" + line, "rw-r-----");
        assertTrue(run(known, "lb").out().startsWith("ssh:SHA256:"), "a key without a name");
        Files.setPosixFilePermissions(instance.resolve("conf"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(IOException.class, () -> run(known, "lb"), "others may put another file there");
        Files.setPosixFilePermissions(instance.resolve("conf"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(instance.resolve("conf/authorized_keys"));
        assertThrows(IOException.class, () -> run(known, "lb"));
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, 0, yes", "EC, 256, yes", "EC, 521, yes", "RSA, 2048, yes", "RSA, 1024, no"})
    void keysOfAllKinds(String algorithm, int size, String admitted) throws Exception {
        KeyPair key = key(algorithm, size);
        authorize(PublicKeyEntry.toString(key.getPublic()), "rw-------");
        if (admitted.equals("yes")) {
            assertEquals(7, run(key, "lb").status());
        } else {
            assertThrows(IOException.class, () -> run(key, "lb"));
        }
    }

    @Test
    void passwordsAreNotAsked() throws Exception {
        try (ClientSession session = client.connect("root", "127.0.0.1", ssh.port())
                .verify(LIMIT_SECONDS, TimeUnit.SECONDS)
                .getSession()) {
            session.addPasswordIdentity("secret");
            assertThrows(IOException.class, () -> session.auth().verify(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
        await("a record", () -> !logins(false).isEmpty());
        assertEquals("no key was offered", logins(false).getFirst().get("reason"));
    }

    @Test
    void nothingIsForwardedAndNoFilesAreServed() throws Exception {
        try (ClientSession session = login(known)) {
            assertThrows(
                    IOException.class,
                    () -> session.createDirectTcpipChannel(
                                    SshdSocketAddress.LOCALHOST_ADDRESS, new SshdSocketAddress("127.0.0.1", ssh.port()))
                            .open()
                            .verify(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertThrows(
                    IOException.class,
                    () -> session.startRemotePortForwarding(
                            SshdSocketAddress.LOCALHOST_ADDRESS, new SshdSocketAddress("127.0.0.1", 1)));
            try (var files = session.createSubsystemChannel("sftp")) {
                files.open().verify(LIMIT_SECONDS, TimeUnit.SECONDS);
                closed(files);
            }
        }
    }

    // -- limits -------------------------------------------------------------------------------------------------------

    @Test
    void soManySessionsAndNoMore() throws Exception {
        ssh.stop();
        start(Map.of("maxSessions", 2));
        try (ClientSession first = login(known);
                ClientSession second = login(known)) {
            try (ClientSession third = login(known)) {
                assertThrows(IOException.class, () -> run(third, "lb"));
            } catch (IOException e) {
                // disconnected even before the client knew that it was in
            }
            await("a record", () -> !logins(false).isEmpty());
            assertEquals(7, run(first, "lb").status());
            assertEquals(7, run(second, "lb").status());
        }
        await("they have left", () -> {
            try {
                return run(known, "lb").status() == 7;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void soManyAttemptsAndNoMore() throws Exception {
        ssh.stop();
        start(Map.of("maxAttempts", 3));
        KeyPair[] many = {key(), key(), key(), known};
        assertThrows(IOException.class, () -> login(many));
        assertEquals(7, run(known, "lb").status());
    }

    @Test
    void whoDoesNotLogInIsDisconnected() throws Exception {
        ssh.stop();
        start(Map.of("loginGrace", "1s"));
        try (var socket = new java.net.Socket("127.0.0.1", ssh.port())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
            socket.getInputStream().readAllBytes(); // ends, or throws after the limit
        }
        await("a record", () -> !logins(false).isEmpty());
    }

    @Test
    void whoDoesNothingIsDisconnected() throws Exception {
        ssh.stop();
        start(Map.of("idleTimeout", "1s"));
        try (ClientSession session = login(known)) {
            var seen = session.waitFor(
                    EnumSet.of(ClientSession.ClientSessionEvent.CLOSED), TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
            assertTrue(seen.contains(ClientSession.ClientSessionEvent.CLOSED), seen.toString());
        }
    }

    // -- the host's key -----------------------------------------------------------------------------------------------

    @Test
    void theHostKeyIsKeptAndForItsOwnerOnly() throws Exception {
        Path file = instance.resolve("var/ssh_host_key");
        String before = Files.readString(file);
        assertTrue(
                before.startsWith("-----BEGIN OPENSSH PRIVATE KEY-----"),
                before.lines().findFirst().orElseThrow());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        ssh.stop();
        start(Map.of());
        assertEquals(7, run(known, "lb").status());
        assertEquals(before, Files.readString(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        ssh.stop();
        IOException refused = assertThrows(IOException.class, () -> start(Map.of()));
        assertTrue(refused.getMessage().contains("chmod 600"), refused.getMessage());
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        Object[] pairs = {"endpoint", "127.0.0.1:" + ssh.port()};
        IOException refused = assertThrows(
                IOException.class,
                () -> new SshConsole(Settings.of(SshConsole.Config.class, pairs), console, new Nobody(), instance));
        assertTrue(refused.getMessage().contains("cannot listen on 127.0.0.1:"), refused.getMessage());
        assertFalse(logins(true).iterator().hasNext());
    }

    private static final class Nobody implements Records {
        @Override
        public void emit(LogRecord log) {
            throw new UncheckedIOException(new IOException("nothing happened"));
        }

        @Override
        public boolean wanted(String kind) {
            return false;
        }
    }
}
