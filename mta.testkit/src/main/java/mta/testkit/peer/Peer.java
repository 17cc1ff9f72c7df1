package mta.testkit.peer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real program as a process of the test: started with a configuration of the test's own, on loopback ports of its own,
 * and stopped by its process id. For the test's thread.
 *
 * <pre>{@code
 * Path program = Peer.program("opendkim");
 * int port = Peer.freePort();
 * try (Peer peer = Peer.start(folder, program.toString(), "-f", "-p", "inet:" + port + "@127.0.0.1")) {
 *     peer.awaitPort(port);
 * }
 * }</pre>
 */
public final class Peer implements AutoCloseable {

    private static final long LIMIT_SECONDS = 60;
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

    private final Process process;
    private final Path log;
    private final String name;

    private Peer(Process process, Path log, String name) {
        this.process = process;
        this.log = log;
        this.name = name;
    }

    /**
     * Where the program is. Without it the test is skipped, and says so; on a machine of continuous integration it
     * fails, unless the program is named in {@code MTA_MISSING} as one that could not be installed.
     */
    public static Path program(String name) {
        for (Path folder : Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), FOLDERS.stream())
                .map(Path::of)
                .toList()) {
            if (Files.isExecutable(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        String missing = " " + System.getenv().getOrDefault("MTA_MISSING", "") + " ";
        if ("true".equals(System.getenv("CI")) && !missing.contains(" " + name + " ")) {
            Assertions.fail(name + " is not installed, and nobody said that it could not be");
        }
        Assumptions.abort(name + " is not installed");
        throw new IllegalStateException("not reached");
    }

    /** A loopback port that nobody listens on now. */
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it in this folder, which also gets what it prints. */
    public static Peer start(Path folder, String... command) {
        String name = Path.of(command[0]).getFileName().toString();
        Path log = folder.resolve(name + ".log");
        try {
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new Peer(process, log, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits until somebody listens on this loopback port. */
    public Peer awaitPort(int port) {
        return await("a listener on port " + port, () -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until it holds, with a generous limit; fails at once when the program has ended. */
    public Peer await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String state = process.isAlive() ? "" : " (it has ended with status " + process.exitValue() + ")";
                throw new AssertionError(name + ": waited in vain for " + what + state + "\n" + log());
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return this;
    }

    /** Ends it and the processes it has started: asked first, and what takes its time is killed. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
