package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The console over SSH: a node as a process, and OpenSSH's own client. */
public class SshIT {

    private static final long LIMIT_SECONDS = 120;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    private final int port = NodeProcess.freePort();
    private Path keys;
    private NodeProcess node;

    @Before
    public void start() throws Exception {
        requireClient();
        keys = folder.newFolder("keys").toPath();
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
        makeKey("alice");
        makeKey("mallory");
        node = new NodeProcess(folder.newFolder("node").toPath(), "ssh:\n  endpoint: 127.0.0.1:" + port + "\n");
        Path authorized = node.data().resolve("conf/authorized_keys");
        Files.copy(keys.resolve("alice.pub"), authorized);
        Files.setPosixFilePermissions(node.data().resolve("conf"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        node.start();
        node.await("ssh: the console listens on 127.0.0.1:" + port);
    }

    @After
    public void stop() {
        if (node != null) {
            node.close();
        }
    }

    /** Skipped where it is not installed; fails in CI, unless it was said that it could not be installed. */
    private static void requireClient() {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(bin ->
                        Files.isExecutable(Path.of(bin, "ssh")) && Files.isExecutable(Path.of(bin, "ssh-keygen")));
        String missing = " " + System.getenv().getOrDefault("MTA_MISSING", "") + " ";
        if (!there && "true".equals(System.getenv("CI")) && !missing.contains(" ssh ")) {
            fail("ssh is not installed, and nobody said that it could not be");
        }
        assumeTrue("ssh is not installed", there);
    }

    private void makeKey(String name) throws Exception {
        Answer made = run(List.of(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                name,
                "-f",
                keys.resolve(name).toString()));
        assertEquals(made.text(), 0, made.status());
    }

    private record Answer(String text, int status) {}

    private static Answer run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        return new Answer(text, process.exitValue());
    }

    private List<String> command(String program, String key, String... more) {
        List<String> words = new ArrayList<>(List.of(program, "-F", "/dev/null"));
        words.addAll(List.of(
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "LogLevel=ERROR"));
        words.addAll(List.of("-o", "UserKnownHostsFile=" + keys.resolve("known"), "-o", "Port=" + port));
        words.addAll(List.of("-i", keys.resolve(key).toString()));
        words.addAll(Arrays.asList(more));
        return words;
    }

    private Answer ssh(String key, String... more) throws Exception {
        return run(command("ssh", key, more));
    }

    private static final String NODE = "mta@127.0.0.1";

    @Test
    public void oneVerbAndItsStatusInTheNameOfTheKey() throws Exception {
        Answer summary = ssh("alice", NODE, "queue", "summary", "--json");
        assertEquals(summary.text(), 0, summary.status());
        assertTrue(summary.text(), summary.text().startsWith("[{\"state\": \"scheduled\", \"entries\": 0}"));
        assertFalse(
                "no colour but on a terminal",
                ssh("alice", NODE, "queue", "summary").text().contains("\033"));
        Answer wrong = ssh("alice", NODE, "queue", "nonsense");
        assertEquals(wrong.text(), 64, wrong.status());
        for (String verb : List.of("lb", "scr:list", "scr:info plugins.consolessh.SshConsole", "log error")) {
            Answer answer = ssh("alice", NODE, verb);
            assertEquals(verb + ": " + answer.text(), 0, answer.status());
        }
        assertTrue(ssh("alice", NODE, "lb").text().contains("plugins.console-ssh"));
        assertEquals(
                0,
                ssh("alice", NODE, "queue", "suspend", "destination=one.example")
                        .status());
        assertTrue(ssh("alice", NODE, "queue", "rules").text().contains("ssh:alice"));
        String records = records();
        assertTrue(records, records.contains("\"kind\":\"AdminAction\",\"who\":\"ssh:alice\",\"action\":\"suspend\""));
        assertTrue(records, records.contains("\"kind\":\"ConsoleLogin\",\"who\":\"ssh:alice\",\"user\":\"mta\""));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(node.data().resolve("var/ssh_host_key"))));
    }

    /** What the shipped log holds, once it holds a login. */
    private String records() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            var all = new StringBuilder();
            try (Stream<Path> files = Files.walk(node.data().resolve("var/log"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file));
                }
            }
            if (all.indexOf("AdminAction") >= 0 || System.nanoTime() > end) {
                return all.toString();
            }
            Thread.sleep(20);
        }
    }

    @Test
    public void nobodyElseAndNothingElse() throws Exception {
        Answer stranger = ssh("mallory", NODE, "lb");
        assertEquals(stranger.text(), 255, stranger.status());
        assertTrue(stranger.text(), stranger.text().contains("Permission denied (publickey)"));
        Answer password = ssh("mallory", "-o", "PreferredAuthentications=password,keyboard-interactive", NODE, "lb");
        assertTrue(password.text(), password.text().contains("Permission denied (publickey)"));

        Answer outward = ssh("alice", "-W", "127.0.0.1:" + node.port(), NODE);
        assertEquals(outward.text(), 255, outward.status());
        assertTrue(outward.text(), outward.text().contains("forwarding failed"));
        Answer inward = ssh("alice", "-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:25", NODE);
        assertEquals(inward.text(), 255, inward.status());
        Answer files = run(command("sftp", "alice", "-b", "/dev/null", NODE));
        assertTrue(files.text(), files.status() != 0);
        assertEquals(
                255,
                ssh("alice", "-o", "KexAlgorithms=diffie-hellman-group14-sha1", NODE, "lb")
                        .status());
        assertEquals(255, ssh("alice", "-o", "Ciphers=aes128-cbc", NODE, "lb").status());
        assertEquals(
                0,
                ssh("alice", "-o", "KexAlgorithms=curve25519-sha256", NODE, "lb")
                        .status());
    }

    @Test
    public void aSessionCompletesPagesAndEnds() throws Exception {
        List<String> command = command("ssh", "alice", "-tt", NODE);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        Process client = builder.start();
        try {
            var screen = new Screen(client.getInputStream());
            screen.await("mta> ");
            type(client, "queue su\t");
            screen.await("suspend"); // what may follow, below the line
            type(client, "mmary\r");
            screen.await("inflight");
            screen.await("mta> ");
            type(client, "lb | grep console-ssh\r");
            screen.await("plugins.console-ssh (");
            type(client, "queue summary --json\r");
            screen.await("{\"state\": \"total\", \"entries\": 0}]");
            type(client, "help queue list\r");
            screen.await("example: queue list");
            type(client, "lb\r");
            screen.await("q: leave"); // longer than the terminal
            type(client, "q");
            type(client, "exit\r");
            assertTrue(screen.text(), client.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertEquals(0, client.exitValue());
        } finally {
            client.destroyForcibly();
        }
    }

    private static void type(Process client, String keys) throws IOException {
        client.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        client.getOutputStream().flush();
    }

    /** What came from the terminal so far, without its control sequences; each wait goes on where the last one ended. */
    private static final class Screen {

        private final StringBuilder text = new StringBuilder();
        private int seen;

        Screen(InputStream in) {
            Thread.ofPlatform().daemon().name("screen").start(() -> read(in));
        }

        private void read(InputStream in) {
            byte[] bytes = new byte[4096];
            try {
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    synchronized (text) {
                        text.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                        text.notifyAll();
                    }
                }
            } catch (IOException e) {
                synchronized (text) {
                    text.append('<').append(e).append('>');
                }
            }
        }

        String text() {
            synchronized (text) {
                return text.toString().replaceAll("\033\\[[0-9;?]*[a-zA-Z]|\033[=>]|\033\\([A-B]", "");
            }
        }

        void await(String words) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            synchronized (text) {
                while (text().indexOf(words, Math.min(seen, text().length())) < 0) {
                    assertTrue("waited for '" + words + "' in " + text(), System.nanoTime() < end);
                    text.wait(200);
                }
                seen = text().indexOf(words, seen) + words.length();
            }
        }
    }
}
