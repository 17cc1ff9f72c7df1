package itest;

import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The distribution as a process in an instance folder of its own; started, killed and started again on the same folder.
 * A thread reads what it prints. Otherwise for one thread.
 */
final class NodeProcess implements AutoCloseable {

    private static final long LIMIT_SECONDS = 120;
    private static final Pattern TOTAL = Pattern.compile("\"total\", \"entries\": *([0-9]+)");

    private final Path data;
    private final int port = freePort();
    private final List<String> options = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private Process process;
    private Thread reader;
    private boolean over;

    /** An instance as it is shipped, but for the listener on {@link #port} and what {@code yaml} says. */
    NodeProcess(Path data, String yaml) throws IOException {
        this.data = data;
        Path conf = Files.createDirectories(data.resolve("conf"));
        try (Stream<Path> files = Files.list(Distribution.HOME.resolve("conf"))) {
            for (Path file : files.filter(NodeProcess::isTakenOver).toList()) {
                Files.copy(file, conf.resolve(file.getFileName().toString()));
            }
        }
        configure("listeners.yaml", "listener:\n  mx:\n    endpoint: 127.0.0.1:" + port + "\n    tls: none\n");
        configure("test.yaml", yaml);
    }

    private static boolean isTakenOver(Path file) {
        return file.toString().endsWith(".yaml") && !file.endsWith("listeners.yaml");
    }

    /** Outside the range that outgoing connections take theirs from: it is used again after a kill. */
    static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: try another
            }
        }
        throw new IllegalStateException("no free port");
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    /** Writes a file of {@code conf/} as a whole, by renaming, as a careful editor does. */
    void configure(String name, String yaml) throws IOException {
        Path draft = Files.writeString(data.resolve(name + ".draft"), yaml);
        Files.move(draft, data.resolve("conf").resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    NodeProcess option(String option) {
        options.add(option);
        return this;
    }

    /** Starts the process and returns when it is ready. */
    NodeProcess start() throws IOException, InterruptedException {
        launch();
        await("mta ready");
        return this;
    }

    void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "@" + Distribution.HOME.resolve("etc/jvm.options"),
                "-Xmx512m",
                "-Dmta.home=" + Distribution.HOME,
                "-Dmta.data=" + data));
        command.addAll(options);
        command.addAll(List.of("-cp", Distribution.HOME.resolve("lib") + "/*", "mta.launcher.Main"));
        synchronized (said) {
            said.clear();
            over = false;
        }
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        reader = Thread.ofPlatform().daemon().name("node-output").start(() -> read(out));
    }

    private void read(BufferedReader out) {
        try (out) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (said) {
                    said.add(line);
                    said.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (said) {
                said.add("<" + e + ">");
            }
        }
        synchronized (said) {
            over = true;
            said.notifyAll();
        }
    }

    /** Waits until it has said a line with these words. */
    void await(String words) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        synchronized (said) {
            while (said.stream().noneMatch(line -> line.contains(words))) {
                if (over || System.nanoTime() > end) {
                    throw new AssertionError("the node did not say '" + words + "' but:\n" + String.join("\n", said));
                }
                said.wait(1_000);
            }
        }
    }

    String said() {
        synchronized (said) {
            return String.join("\n", said);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        exit();
    }

    /** SIGTERM; returns the exit status. On the handle, since destroy() of the process closes its streams. */
    int terminate() throws InterruptedException {
        process.toHandle().destroy();
        return exit();
    }

    int exit() throws InterruptedException {
        assertTrue("the node ends:\n" + said(), process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        reader.join(); // it must not speak of this process when the next one runs
        return process.exitValue();
    }

    /** Sends a verb as {@code ./mta} does and returns what is printed. */
    String ask(String... words) throws IOException, InterruptedException {
        return askWide(0, words);
    }

    /** The same on a terminal that is so many columns wide; 0: on none. */
    String askWide(int columns, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Distribution.HOME.resolve("lib/launcher.jar").toString(),
                "mta.launcher.Client",
                data.resolve("var/mta.sock").toString(),
                Integer.toString(columns),
                "no"));
        command.addAll(List.of(words));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            client.getOutputStream().close();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            client.destroyForcibly().waitFor();
        }
    }

    /** What the JDK's own tool says of the process. */
    String jcmd(String command) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd", Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        try {
            tool.getOutputStream().close();
            return new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            tool.destroyForcibly().waitFor();
        }
    }

    /** Entries in the queue, by the console. */
    long queued() throws IOException, InterruptedException {
        String answer = ask("queue", "summary", "--json");
        Matcher total = TOTAL.matcher(answer);
        if (!total.find()) {
            throw new IllegalStateException("no summary: " + answer);
        }
        return Long.parseLong(total.group(1));
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
