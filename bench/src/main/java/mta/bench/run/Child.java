package mta.bench.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that a run has started and will end. A virtual thread reads what it prints; everything else may be called by
 * any thread.
 */
public final class Child implements AutoCloseable {
    private static final int KEPT_LINES = 500;

    private final String name;
    private final Process process;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final List<String> unread = new ArrayList<>();
    private boolean ended;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts a process whose standard input is a pipe that ends when this process does. */
    public static Child start(String name, List<String> command) throws IOException {
        return new Child(
                name, new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Starts a JVM like this one, with this class path, and a main class of this module. */
    static Child self(String name, List<String> jvmOptions, List<String> words) throws IOException {
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "mta.bench.Main"));
        command.addAll(words);
        return start(name, command);
    }

    /** The java that runs this process. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private void read() {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (this) {
                    lines.add(line);
                    unread.add(line);
                    if (lines.size() > KEPT_LINES) {
                        lines.poll();
                    }
                    if (unread.size() > KEPT_LINES) {
                        unread.removeFirst();
                    }
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // The pipe broke: the process is gone.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    /** Waits for a line; fails with what was printed when the process ends or the time is up before. */
    public synchronized String await(Predicate<String> wanted, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<String> found = unread.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                unread.subList(0, unread.indexOf(found.get()) + 1).clear();
                return found.get();
            }
            long left = end - System.nanoTime();
            if (ended || left <= 0) {
                throw new IllegalStateException(
                        name + (ended ? " ended" : " was not ready after " + limit.toSeconds() + " s")
                                + "; its last words:\n" + lastWords(15));
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }

    /** What it printed last. */
    public synchronized String lastWords(int count) {
        return String.join(
                "\n", lines.stream().skip(Math.max(0, lines.size() - count)).toList());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end and returns the exit code; ends the process when the time is up. */
    public int join(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            close();
            throw new IllegalStateException(
                    name + " did not end within " + limit.toSeconds() + " s:\n" + lastWords(15));
        }
        return process.exitValue();
    }

    /** Kills it at once, as a power cut would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to end, waits, and insists in the end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
