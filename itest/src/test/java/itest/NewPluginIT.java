package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** From nothing to a live plugin, as somebody new does it: made, built, dropped in, changed and taken away again. */
public class NewPluginIT {

    private static final long LIMIT_SECONDS = 60;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    @Test
    public void inJava() throws Exception {
        Path project = folder.getRoot().toPath().resolve("my plugins/closed-boxes");
        run(folder.getRoot().toPath(), mta(), "new-plugin", "closed-boxes", "--dir", project.toString());
        maven(project);
        Path jar = project.resolve("target/closed-boxes.jar");
        try (NodeProcess node = node()) {
            assertEquals(
                    "nobody in its way", "250", rcpt(node, "nobody@example.net").substring(0, 3));

            drop(jar, node.data().resolve("deploy"));
            node.configure("closed-boxes.yaml", Files.readString(project.resolve("conf/closed-boxes.yaml")));
            await(node, "nobody@example.net", "550 5.2.1 This mailbox is closed");
            assertEquals("250", rcpt(node, "friend@example.net").substring(0, 3));
            assertTrue(node.ask("plan"), node.ask("plan").contains("closed-boxes"));

            edit(project.resolve("src/main/java/closedboxes/ClosedBoxes.java"));
            edit(project.resolve("src/test/java/closedboxes/ClosedBoxesTest.java"));
            maven(project);
            drop(jar, node.data().resolve("deploy"));
            await(node, "nobody@example.net", "550 5.2.1 Gone fishing");

            Files.delete(node.data().resolve("conf/closed-boxes.yaml"));
            Files.delete(node.data().resolve("deploy/closed-boxes.jar"));
            await(node, "nobody@example.net", "250");
            awaitAbsent(node, "closed-boxes");
        }
    }

    @Test
    public void inJavaScript() throws Exception {
        Path project = folder.getRoot().toPath().resolve("my scripts/closed-boxes");
        run(folder.getRoot().toPath(), mta(), "new-script", "closed-boxes", "--dir", project.toString());
        String tested = run(project, mta(), "script", "test", "closed-boxes.mjs");
        assertTrue(tested, tested.contains("all fine"));
        Path script = project.resolve("closed-boxes.mjs");
        try (NodeProcess node = node()) {
            Path live = node.data().resolve("scripts/closed-boxes.mjs");
            drop(script, live.getParent());
            node.configure("closed-boxes.yaml", Files.readString(project.resolve("conf/closed-boxes.yaml")));
            await(node, "nobody@example.net", "550 5.2.1 This mailbox is closed");
            assertEquals("250", rcpt(node, "friend@example.net").substring(0, 3));

            edit(script);
            drop(script, live.getParent());
            await(node, "nobody@example.net", "550 5.2.1 Gone fishing");

            // The old version goes on, and the alarm says where.
            Files.writeString(
                    script,
                    Files.readString(script)
                            .replace("return '550", "return = '550")
                            .replace("fishing", "mad"));
            drop(script, live.getParent());
            node.await("closed-boxes.mjs:13:16");
            assertEquals("550 5.2.1 Gone fishing", rcpt(node, "nobody@example.net"));

            Files.delete(node.data().resolve("conf/closed-boxes.yaml"));
            Files.delete(live);
            await(node, "nobody@example.net", "250");
        }
    }

    private NodeProcess node() throws Exception {
        return new NodeProcess(folder.newFolder("node").toPath(), "policy:\n  all:\n    transport: discard\n").start();
    }

    /** In a distribution, as it is shipped: the one of the source tree would look whether to build. */
    private static String mta() {
        return Distribution.HOME.resolve("bin/mta").toString();
    }

    private void maven(Path project) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "package"));
        String repository = System.getProperty("maven.repo.local", "");
        if (!repository.isEmpty()) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        run(project, command.toArray(String[]::new));
        assertTrue(Files.isDirectory(project.resolve("target/surefire-reports")));
    }

    private static String run(Path where, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(String.join(" ", command) + ":\n" + said, 0, process.waitFor());
        return said;
    }

    /** Written beside and moved into place, as the folder's README says. */
    private static void drop(Path file, Path where) throws IOException {
        Path draft = where.resolve(".new");
        Files.copy(file, draft);
        Files.move(draft, where.resolve(file.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void edit(Path file) throws IOException {
        Files.writeString(file, Files.readString(file).replace("This mailbox is closed", "Gone fishing"));
    }

    /** Waits until RCPT is answered so. */
    private static void await(NodeProcess node, String recipient, String reply) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        String last = rcpt(node, recipient);
        while (!last.startsWith(reply)) {
            assertTrue("still " + last + "\n" + node.said(), System.nanoTime() < end);
            Thread.sleep(50);
            last = rcpt(node, recipient);
        }
    }

    private static void awaitAbsent(NodeProcess node, String bundle) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (node.ask("lb").contains(bundle)) {
            assertTrue("still there", System.nanoTime() < end);
            Thread.sleep(50);
        }
    }

    /** The reply to RCPT in a session of its own. */
    private static String rcpt(NodeProcess node, String recipient) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(30_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            in.readLine();
            String reply = "";
            for (String command :
                    List.of("HELO client.example", "MAIL FROM:<a@example.org>", "RCPT TO:<" + recipient + ">")) {
                socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                reply = in.readLine();
            }
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.ISO_8859_1));
            return String.valueOf(reply);
        }
    }
}
