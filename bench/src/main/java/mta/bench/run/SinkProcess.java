package mta.bench.run;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.bench.tally.Tally;
import mta.bench.text.Json;

/** Our sink in a process of its own, asked over its control port. Used by one thread at a time. */
public final class SinkProcess implements AutoCloseable {
    private static final List<String> SMALL_JVM = List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx512m");

    private final Child child;
    private final int smtp;
    private final int controlPort;
    private final Socket control;
    private final DataInputStream answers;

    private SinkProcess(Child child, int smtp, int controlPort) throws IOException {
        this.child = child;
        this.smtp = smtp;
        this.controlPort = controlPort;
        this.control = new Socket(InetAddress.getLoopbackAddress(), controlPort);
        this.control.setSoTimeout(60_000);
        this.answers = new DataInputStream(new BufferedInputStream(control.getInputStream(), 1 << 16));
    }

    /** Starts a sink on any free port, with more options of {@code ./mta bench sink}. */
    public static SinkProcess start(String... options) throws IOException, InterruptedException {
        return startOn(0, options);
    }

    /** Starts a sink on a given port. */
    public static SinkProcess startOn(int port, String... options) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("sink", "--listen", "127.0.0.1:" + port, "--attached"));
        words.addAll(List.of(options));
        var child = Child.self("the sink", SMALL_JVM, words);
        try {
            String ready = child.await(line -> line.startsWith("sink ready"), Duration.ofSeconds(30));
            return new SinkProcess(child, number(ready, "smtp="), number(ready, "control="));
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private static int number(String line, String key) {
        return Integer.parseInt(line.substring(line.indexOf(key) + key.length()).split(" ")[0]);
    }

    public InetSocketAddress smtp() {
        return new InetSocketAddress("127.0.0.1", smtp);
    }

    long pid() {
        return child.pid();
    }

    int controlPort() {
        return controlPort;
    }

    private void ask(String question) throws IOException {
        control.getOutputStream().write((question + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** One line of JSON: the counts so far. */
    public String stats() throws IOException {
        ask("stats");
        var line = new StringBuilder();
        for (int c = answers.readByte(); c != '\n'; c = answers.readByte()) {
            line.append((char) c);
        }
        return line.toString();
    }

    public long count(String key) throws IOException {
        return Json.number(stats(), key);
    }

    public Tally tally(String run) throws IOException {
        ask("tally " + run);
        return Tally.read(answers);
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (IOException e) {
            // It ends anyway.
        }
        child.close();
    }
}
