package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import mta.bench.args.UsageException;

/**
 * Our own MTA as the server under test: the distribution that the build made, in a process and an instance folder of its
 * own, with the JVM options that everybody gets.
 */
public final class Node implements Target {
    private static final Pattern OURS = Pattern.compile("(?m)^(listener|policy):");
    private static final Pattern BINDING = Pattern.compile("(?m)^binding:");
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
        var data = Folder.below(parent, "mta-bench-");
        int port = Ports.free();
        try {
            configure(home, data, port, route);
            return start(home, data, port);
        } catch (IOException | InterruptedException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** Starts a node in a folder that is configured already. */
    static Node start(Path home, Folder data, int port) throws IOException, InterruptedException {
        var child = Child.start("the node", command(home, data.path()));
        try {
            child.await(line -> line.startsWith("mta ready"), START_LIMIT);
        } catch (InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
        return new Node(home, data, child, new InetSocketAddress("127.0.0.1", port));
    }

    static List<String> command(Path home, Path data) {
        Path script = home.resolve("bin/mta");
        if (Files.exists(script)) {
            // What everybody starts it with; the script's place is taken by the node.
            return List.of("sh", script.toString(), "run", "--data", data.toString());
        }
        var command = new ArrayList<String>();
        command.add(Child.java().toString());
        if (Files.exists(home.resolve("etc/jvm.options"))) {
            command.add("@" + home.resolve("etc/jvm.options"));
        }
        command.addAll(List.of(
                "-Dmta.home=" + home, "-Dmta.data=" + data, "-cp", home.resolve("lib") + "/*", "mta.launcher.Main"));
        return command;
    }

    /**
     * Configures a node as it is shipped, but for where it listens and where mail goes: files of the distribution's
     * conf folder that say neither are taken over, bench.yaml says both.
     */
    static void configure(Path home, Folder data, int port, Route route) throws IOException {
        boolean bindings = false;
        if (Files.isDirectory(home.resolve("conf"))) {
            try (var files = Files.newDirectoryStream(home.resolve("conf"), "*.yaml")) {
                for (Path file : files) {
                    String text = Files.readString(file);
                    if (!OURS.matcher(text).find()) {
                        data.write("conf/" + file.getFileName(), text);
                        bindings |= BINDING.matcher(text).find();
                    }
                }
            }
        }
        String text = switch (route) {
            case To(InetSocketAddress sink) ->
                template("relay.yaml").replace("${sink}", Integer.toString(sink.getPort()));
            case Discard() -> template("discard.yaml");
        };
        data.write("conf/bench.yaml", text.replace("${port}", Integer.toString(port)));
        if (!bindings) {
            data.write("conf/bindings.yaml", template("bindings.yaml"));
        }
    }

    private static String template(String name) throws IOException {
        try (var template = Node.class.getResourceAsStream(name)) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends one command to the node, as {@code ./mta ...} would, and returns what it answers. */
    public String ask(int width, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Child.java().toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                home.resolve("lib/launcher.jar").toString(),
                "mta.launcher.Client",
                data.path().resolve("var/mta.sock").toString(),
                Integer.toString(width),
                "no"));
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
