package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.bench.args.UsageException;

/**
 * Our own MTA as the server under test: the distribution that the build made, in a process and an instance folder of its
 * own, with the JVM options that everybody gets.
 */
public final class Node implements Target {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final Folder data;
    private final Child child;
    private final InetSocketAddress smtp;
    private boolean kept;

    private Node(Path home, Folder data, Child child, InetSocketAddress smtp) {
        this.home = home;
        this.data = data;
        this.child = child;
        this.smtp = smtp;
    }

    /** The distribution: the folder asked for, else that of ./mta, else the one the build made below this folder. */
    public static Path home(String asked) {
        Path home = Path.of(asked.isEmpty() ? System.getProperty("mta.home", "launcher/target/dist") : asked);
        if (!Files.isDirectory(home.resolve("lib"))) {
            throw new UsageException("no distribution in " + home + ": build it (./mta build), or name it with --home");
        }
        return home.toAbsolutePath();
    }

    /** Starts a node with fresh folders and waits for its ready line. */
    public static Node start(Path home, Path parent, Route route) throws IOException, InterruptedException {
        var data = Folder.below(parent, "mta");
        int port = Ports.free();
        configure(data, port, route);
        try {
            return start(home, data, port);
        } catch (IOException | IllegalStateException e) {
            data.close();
            throw e;
        }
    }

    /** Starts a node in a folder that is configured already. */
    static Node start(Path home, Folder data, int port) throws IOException, InterruptedException {
        var child = Child.start("the node", command(home, data.path()));
        try {
            child.await(line -> line.startsWith("mta ready"), START_LIMIT);
        } catch (IllegalStateException e) {
            child.close();
            throw e;
        }
        return new Node(home, data, child, new InetSocketAddress("127.0.0.1", port));
    }

    static List<String> command(Path home, Path data) {
        var command = new ArrayList<String>();
        command.add(Child.java().toString());
        if (Files.exists(home.resolve("etc/jvm.options"))) {
            command.add("@" + home.resolve("etc/jvm.options"));
        }
        command.addAll(List.of("-Dmta.home=" + home, "-Dmta.data=" + data, "-cp", home.resolve("lib") + "/*",
                "mta.launcher.Main"));
        return command;
    }

    static void configure(Folder data, int port, Route route) throws IOException {
        String name = switch (route) {
            case To _ -> "relay.yaml";
            case Discard() -> "discard.yaml";
        };
        int sink = route instanceof To(InetSocketAddress server) ? server.getPort() : 0;
        try (var template = Node.class.getResourceAsStream(name)) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            data.write("conf/mta.yaml", text.replace("${port}", Integer.toString(port))
                    .replace("${sink}", Integer.toString(sink)));
        }
    }

    /** Sends one command to the node, as {@code ./mta ...} would, and returns what it answers. */
    public String ask(int width, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Child.java().toString(), "-Xshare:auto", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m",
                "-cp", home.resolve("lib/launcher.jar").toString(), "mta.launcher.Client",
                data.path().resolve("var/mta.sock").toString(), Integer.toString(width), "no"));
        command.addAll(List.of(words));
        try (var client = Child.start("the client", command)) {
            client.join(Duration.ofSeconds(30));
            return client.lastWords(500);
        }
    }

    @Override
    public String name() {
        return "mta";
    }

    @Override
    public InetSocketAddress smtp() {
        return smtp;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    public Path folder() {
        return data.path();
    }

    @Override
    public void close() {
        stop();
        if (!kept) {
            data.close();
        }
    }

    /** Leaves the folder where it is when the node is closed. */
    public void keep() {
        kept = true;
    }

    /** Ends the process at once, as a power cut would, and leaves its folder. */
    void kill() throws InterruptedException {
        child.kill();
    }

    /** Stops the process and leaves its folder. */
    void stop() {
        child.close();
    }
}
