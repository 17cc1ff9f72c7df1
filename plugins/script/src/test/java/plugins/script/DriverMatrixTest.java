package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.mail.Message;
import mta.plugins.api.policy.Source;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import mta.testkit.node.TestNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import plugins.script.Fault.Language;

/**
 * Every fault of every driver, in Java and, where a script may be one, in JavaScript, in nodes that carry other mail. What is
 * seen becomes the second part of docs/faults.md; {@code -Dfaults.write=true} writes it.
 */
@Timeout(600)
class DriverMatrixTest {

    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration TRANSPORT = Duration.ofMinutes(10);
    private static final Set<Fault> FAILING = Set.of(Fault.THROWS, Fault.ERROR, Fault.LINKAGE);
    private static final Set<Fault> STUCK = Set.of(Fault.WAITS, Fault.IGNORES, Fault.SPINS, Fault.LATE);

    @TempDir
    Path temporary;

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    /** One call of one driver. */
    private enum Where {
        OPEN("Transport", "open", true),
        SEND("Transport", "send", true),
        USABLE("SaslMechanism", "usable", true),
        BEGIN("SaslMechanism", "begin", true),
        STEP("SaslMechanism", "step", true),
        WRAP("Io", "wrap", false),
        DIAL("Io", "dial", false),
        FORMAT("RecordFormat", "format", true);

        private final String point;
        private final String stage;
        private final boolean scripts;

        Where(String point, String stage, boolean scripts) {
            this.point = point;
            this.stage = stage;
            this.scripts = scripts;
        }

        boolean canHave(Fault fault, Language language) {
            boolean exists = language == Language.JAVA
                    ? !Set.of(Fault.INADMISSIBLE, Fault.LEAKS, Fault.WRONG_TYPE).contains(fault)
                    : scripts
                            && (fault == Fault.NULL || fault != Fault.LEAKS && fault != Fault.INADMISSIBLE)
                            && (fault == Fault.NULL || fault.exists(language));
            return exists && (this != USABLE || FAILING.contains(fault));
        }
    }

    private static final class Cell {
        private final Language language;
        private final Where where;
        private final Fault fault;
        private final int number;
        private volatile boolean over;
        private volatile boolean healed;
        private String effect = "";

        Cell(Language language, Where where, Fault fault, int number) {
            this.language = language;
            this.where = where;
            this.fault = fault;
            this.number = number;
        }

        /** As drivers are named: mechanisms in upper case. */
        String name() {
            return "D" + number;
        }

        String domain() {
            return name().toLowerCase() + ".example";
        }

        /** Any object of a script passes for a channel or an exchange: that it lacks a function shows when it is called. */
        String stage() {
            boolean later = language == Language.JAVASCRIPT && fault == Fault.WRONG_TYPE;
            return later && where == Where.OPEN
                    ? Where.SEND.stage
                    : later && where == Where.BEGIN ? Where.STEP.stage : where.stage;
        }

        /** What the records call it. What a script answers is converted: nothing, or the wrong thing, is an exception. */
        List<String> words() {
            if (language == Language.JAVASCRIPT) {
                // No outcomes are no failure of the call: each recipient counts as tried in vain
                // (Transport.Channel.send).
                return where == Where.SEND && fault == Fault.NULL ? List.of() : List.of("threw");
            }
            return switch (fault) {
                case WAITS, LATE -> List.of("late");
                case IGNORES, SPINS -> List.of("late", "hung");
                case NULL -> List.of("null");
                default -> List.of("threw");
            };
        }

        /** Does what is wrong, on the driver's thread. */
        <R> R act(R good) {
            return switch (fault) {
                case THROWS -> throw new IllegalStateException("boom");
                case ERROR -> throw new AssertionError("boom");
                case LINKAGE -> throw new NoClassDefFoundError("com/acme/Missing");
                case NULL -> null;
                case WAITS -> {
                    try {
                        Thread.sleep(Duration.ofHours(1));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    yield good;
                }
                case LATE -> {
                    while (!Thread.interrupted() && !over) {
                        LockSupport.parkNanos(10_000_000);
                    }
                    yield good;
                }
                case IGNORES -> {
                    while (!over) {
                        LockSupport.parkNanos(10_000_000);
                        Thread.interrupted();
                    }
                    yield good;
                }
                case SPINS -> {
                    while (!over) {
                        Thread.onSpinWait();
                    }
                    yield good;
                }
                case INADMISSIBLE, LEAKS, WRONG_TYPE -> throw new IllegalStateException(fault + " is not done here");
            };
        }

        @Override
        public String toString() {
            return language + " " + where.point + "." + where.stage + " " + fault.title;
        }
    }

    // ---- the test

    @Test
    void everyFaultOfADriverIsContained() throws Exception {
        var cells = new ArrayList<Cell>();
        for (Language language : Language.values()) {
            for (Where where : Where.values()) {
                for (Fault fault : Fault.values()) {
                    if (where.canHave(fault, language)) {
                        cells.add(new Cell(language, where, fault, cells.size()));
                    }
                }
            }
        }
        try (var silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Map<String, Object> loaded = scripts(cells, silent.getLocalPort());
            outgoing(of(cells, Where.OPEN, Where.SEND, Where.DIAL), loaded);
            authentication(of(cells, Where.USABLE, Where.BEGIN, Where.STEP), loaded);
            for (Cell cell : of(cells, Where.WRAP)) {
                incoming(cell);
            }
            formats(of(cells, Where.FORMAT), loaded);
        } finally {
            cells.forEach(cell -> cell.over = true);
        }
        assertEquals("", String.join("\n", wrong));
        publish(cells);
    }

    private static List<Cell> of(List<Cell> cells, Where... where) {
        return cells.stream()
                .filter(cell -> Arrays.asList(where).contains(cell.where))
                .toList();
    }

    private void expect(Cell cell, Object expected, Object seen) {
        if (!expected.equals(seen)) {
            wrong.add(cell + ": expected " + expected + ", saw " + seen);
        }
    }

    /** The records name the driver, and say all that happened. */
    private void awaitRecords(Cell cell, TestNode node) {
        try {
            node.await(
                    cell + ": records " + cell.words(),
                    () -> records(cell, node.records(PluginFailure.class)).containsAll(cell.words()));
        } catch (AssertionError e) {
            wrong.add(cell + ": expected the records " + cell.words() + ", there are "
                    + records(cell, node.records(PluginFailure.class)));
        }
    }

    private static List<String> records(Cell cell, List<PluginFailure> all) {
        return all.stream()
                .filter(one -> one.plugin().equalsIgnoreCase(cell.name())
                        && one.point().equals(cell.where.point)
                        && one.stage().equals(cell.stage()))
                .map(PluginFailure::failure)
                .distinct()
                .toList();
    }

    // ---- transports, and streams that dial

    /** By the node's clock: it moves when all that can hang hangs. */
    private void outgoing(List<Cell> cells, Map<String, Object> loaded) throws Exception {
        var healthy = new Taking();
        TestNode.Builder builder = TestNode.builder(temporary.resolve("outgoing"))
                .transportTimeout(TRANSPORT)
                .policy("connectTimeout", "100ms")
                .plugin("healthy", healthy)
                .plugin("router", new Router())
                .binding("router", "router", "Routing", "place")
                .plugin("sources", new Proxies())
                .binding("sources", "sources", "Delivery", "source");
        for (Cell cell : cells) {
            builder.plugin(
                    cell.where == Where.DIAL ? cell.name().toLowerCase() : cell.name(),
                    cell.language == Language.JAVASCRIPT
                            ? loaded.get(cell.name())
                            : cell.where == Where.DIAL ? new FaultyIo(cell) : new FaultyTransport(cell, healthy));
        }
        try (TestNode node = builder.start()) {
            // One that spins takes a carrier: only when it has been given up there is another in its place.
            List<Cell> together =
                    cells.stream().filter(cell -> cell.fault != Fault.SPINS).toList();
            run(together, node, healthy);
            for (Cell cell : cells) {
                if (cell.fault == Fault.SPINS) {
                    run(List.of(cell), node, healthy);
                }
            }
            cells.forEach(cell -> cell.healed = true);
            List<String> waiting = cells.stream()
                    .filter(cell -> cell.language == Language.JAVA && cell.where != Where.DIAL)
                    .map(cell -> "b@" + cell.domain())
                    .toList();
            for (int i = 0; i < 300 && !healthy.taken.containsAll(waiting); i++) {
                node.advance(Duration.ofMinutes(5));
                Thread.sleep(100);
            }
            waiting.stream()
                    .filter(one -> !healthy.taken.contains(one))
                    .forEach(one -> wrong.add(one + " is lost: its transport is well again"));
        }
    }

    private void run(List<Cell> cells, TestNode node, Taking healthy) {
        for (Cell cell : cells) {
            assertEquals(
                    "250", node.send("a@origin.example", "b@" + cell.domain()).substring(0, 3));
        }
        List<Cell> stuck = cells.stream()
                .filter(cell -> cell.language == Language.JAVA && STUCK.contains(cell.fault))
                .toList();
        cells.stream().filter(cell -> !stuck.contains(cell)).forEach(cell -> deferred(cell, node));
        node.await("they hang", () -> FAULTY.containsAll(stuck));
        otherMail(node, healthy);
        // What dials has a limit of its own, in real time.
        stuck.stream().filter(cell -> cell.where == Where.DIAL).forEach(cell -> awaitRecords(cell, node));
        node.advance(TRANSPORT.plusSeconds(1));
        stuck.forEach(cell -> node.await(
                cell + ": late",
                () -> records(cell, node.records(PluginFailure.class)).contains("late")));
        stuck.stream().filter(cell -> cell.words().size() == 1).forEach(cell -> deferred(cell, node));
        node.advance(Duration.ofSeconds(11));
        stuck.forEach(cell -> deferred(cell, node));
        otherMail(node, healthy);
        cells.forEach(cell -> cell.over = true);
    }

    private void deferred(Cell cell, TestNode node) {
        try {
            node.await(
                    cell + ": deferred",
                    () -> node.records(Deferred.class).stream()
                                    .anyMatch(one -> one.recipient().toString().endsWith("@" + cell.domain()))
                            || rests(cell, node));
            cell.effect = "deferred";
        } catch (AssertionError e) {
            wrong.add(cell + ": not deferred");
        }
        awaitRecords(cell, node);
    }

    /** A path that cannot be opened charges no message: it waits with the path. */
    private static boolean rests(Cell cell, TestNode node) {
        return !cell.words().isEmpty()
                && records(cell, node.records(PluginFailure.class)).containsAll(cell.words())
                && node.queued() > 0;
    }

    private static void otherMail(TestNode node, Taking healthy) {
        String recipient = "n" + healthy.taken.size() + "@control.example";
        assertEquals("250", node.send("a@origin.example", recipient).substring(0, 3));
        node.await("other mail goes out", () -> healthy.taken.contains(recipient));
    }

    /** Cells whose fault has begun. */
    private static final Set<Cell> FAULTY = ConcurrentHashMap.newKeySet();

    private static <R> R begin(Cell cell, R good) {
        FAULTY.add(cell);
        return cell.healed ? good : cell.act(good);
    }

    private record FaultyTransport(Cell cell, Taking healthy) implements Transport {
        @Override
        public Channel open(mta.plugins.api.delivery.Path path, List<Hop> hops, Pin pin) {
            Channel good = healthy.open(path, hops, pin);
            Channel channel = new Channel() {
                @Override
                public List<Outcome> send(Attempt attempt) throws IOException {
                    return cell.where == Where.SEND && !cell.healed ? begin(cell, List.of()) : good.send(attempt);
                }

                @Override
                public void close() {}
            };
            return cell.where == Where.OPEN ? begin(cell, channel) : channel;
        }
    }

    private record FaultyIo(Cell cell) implements Io {
        @Override
        public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) {
            return begin(cell, (Wire) java.lang.reflect.Proxy.newProxyInstance(
                    Wire.class.getClassLoader(), new Class<?>[] {Wire.class}, (_, method, _) -> {
                        if (method.getName().equals("close")) {
                            return null;
                        }
                        throw new IOException("nobody is there");
                    }));
        }

        @Override
        public Wire wrap(Wire wire, Endpoint endpoint, Side side) {
            return begin(cell, wire);
        }
    }

    /** Takes all that comes. */
    private static final class Taking implements Transport {
        private final Set<String> taken = ConcurrentHashMap.newKeySet();

        @Override
        public Channel open(mta.plugins.api.delivery.Path path, List<Hop> hops, Pin pin) {
            return new Channel() {
                @Override
                public List<Outcome> send(Attempt attempt) {
                    attempt.recipients().forEach(one -> taken.add(one.address().toString()));
                    return attempt.recipients().stream()
                            .map(one -> Outcome.of(one, Reply.of(250, "2.0.0", "taken")))
                            .toList();
                }

                @Override
                public void close() {}
            };
        }
    }

    /** The domain names the transport; or, for those that dial, the proxy. */
    private final class Router implements Routing {
        @Override
        public Verdict place(Message message, Placement placement, Cause cause) {
            String domain = message.envelope().recipients().getFirst().address().domain();
            String name = domain.substring(0, domain.indexOf('.'));
            if (name.equals("control")) {
                placement.transport("healthy");
            } else if (DIALLING.contains(name)) {
                placement.route("[127.2.0." + (Integer.parseInt(name.substring(1)) + 1) + "]:25");
            } else {
                placement.transport(name.toUpperCase());
            }
            return Verdict.next();
        }
    }

    private static final Set<String> DIALLING = ConcurrentHashMap.newKeySet();

    private static final class Proxies implements Delivery {
        @Override
        public Optional<Source> source(String tenant, String destination, List<Source> pool) {
            if (!destination.startsWith("[127.2.0.")) {
                return Optional.empty();
            }
            int number = Integer.parseInt(destination.substring(9, destination.indexOf(']'))) - 1;
            return Optional.of(new Source(
                    "through-d" + number,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new Endpoint("d" + number, "127.0.0.1", 1, Map.of()))));
        }
    }

    // ---- mechanisms

    private void authentication(List<Cell> cells, Map<String, Object> loaded) throws Exception {
        TestNode.Builder builder = TestNode.builder(temporary.resolve("authentication"))
                .server("commandTimeout", SESSION.toSeconds() + "s")
                .to(1)
                .plugin("HEALTHY", new Mechanism(Optional.empty()));
        for (Cell cell : cells) {
            builder.plugin(
                    cell.name(),
                    cell.language == Language.JAVASCRIPT ? loaded.get(cell.name()) : new Mechanism(Optional.of(cell)));
        }
        try (TestNode node = builder.start()) {
            for (Cell cell : cells) {
                expect(
                        cell,
                        "235",
                        node.talk("EHLO a.example", "AUTH HEALTHY =").getLast().substring(0, 3));
                cell.effect = authenticate(cell, node.port());
                boolean hung =
                        cell.language == Language.JAVA && (cell.fault == Fault.IGNORES || cell.fault == Fault.SPINS);
                expect(cell, cell.where == Where.USABLE ? "not offered" : hung ? "closed" : "454", cell.effect);
                awaitRecords(cell, node);
                cell.over = true;
            }
        }
    }

    private String authenticate(Cell cell, int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            in.readLine();
            say(socket, "EHLO a.example");
            String offer = "";
            String line;
            do {
                line = String.valueOf(in.readLine());
                offer = line.contains("AUTH") ? line + " " : offer;
            } while (line.startsWith("250-"));
            if (!offer.contains(" HEALTHY ")) {
                wrong.add(cell + ": others are not offered: " + offer);
            }
            if (!offer.contains(" " + cell.name() + " ")) {
                return "not offered";
            }
            say(socket, "AUTH " + cell.name() + " =");
            String reply = in.readLine();
            if (reply == null) {
                return "closed";
            }
            say(socket, "AUTH HEALTHY =");
            String next = String.valueOf(in.readLine());
            expect(cell, "235", next.substring(0, 3));
            say(socket, "QUIT");
            return reply.substring(0, 3);
        } catch (java.net.SocketException e) {
            return "closed";
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private record Mechanism(Optional<Cell> cell) implements SaslMechanism {

        private <R> R at(Where where, R good) {
            return cell.filter(one -> one.where == where).isPresent() ? DriverMatrixTest.begin(cell.get(), good) : good;
        }

        @Override
        public boolean plaintext() {
            return false;
        }

        @Override
        public boolean usable(Session session) {
            return at(Where.USABLE, true);
        }

        @Override
        public Exchange begin(Session session) {
            return at(Where.BEGIN, (Exchange) (_, _) -> at(Where.STEP, new Step.Success("somebody")));
        }
    }

    // ---- streams around accepted connections

    private void incoming(Cell cell) {
        TestNode.Builder builder = TestNode.builder(temporary.resolve(cell.name()))
                .handshakeTimeout(SESSION.dividedBy(4))
                .wrappers("wrapper")
                .plugin("wrapper", new FaultyIo(cell))
                .to(1);
        try (TestNode node = builder.start()) {
            cell.effect = greeting(node.port()).startsWith("220") ? "goes on" : "closed";
            expect(cell, "closed", cell.effect);
            try {
                node.await(
                        cell + ": records",
                        () -> node.records(PluginFailure.class).stream()
                                .filter(one -> one.plugin().equals("wrapper")
                                        && one.stage().equals("wrap"))
                                .map(PluginFailure::failure)
                                .toList()
                                .equals(cell.words()));
            } catch (AssertionError e) {
                wrong.add(cell + ": expected the records " + cell.words() + ", there are "
                        + node.records(PluginFailure.class));
            }
            cell.over = true;
            node.swap("wrapper", new Io() {});
            expect(cell, "250", node.send("a@origin.example", "b@dest.example").substring(0, 3));
        }
    }

    private static String greeting(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
            return String.valueOf(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
        } catch (IOException e) {
            return "";
        }
    }

    // ---- formats, as a sink calls them

    private void formats(List<Cell> cells, Map<String, Object> loaded) throws Exception {
        var records = new ConcurrentLinkedQueue<LogRecord>();
        try (var runner = new HookRunner(records::add, InstantSource.system())) {
            var bindings = new ArrayList<Binding>();
            for (Cell cell : cells) {
                RecordFormat format = cell.language == Language.JAVASCRIPT
                        ? (RecordFormat) loaded.get(cell.name())
                        : _ -> begin(cell, new byte[0]);
                runner.register(
                        RecordFormat.class, format, Map.of("mta.plugin", cell.name(), "mta.named", cell.name()));
                runner.register(
                        RecordSink.class, new Sink(runner, cell.name()), Map.of("mta.plugin", "sink-" + cell.name()));
                bindings.add(Binding.parse(
                        cell.name(),
                        Map.of(
                                "plugin",
                                "sink-" + cell.name(),
                                "point",
                                "RecordSink",
                                "stages",
                                "write",
                                "when.cell",
                                cell.name(),
                                "order",
                                10,
                                "breakerFailures",
                                0,
                                "timeout",
                                cell.language == Language.JAVA && STUCK.contains(cell.fault) ? "250ms" : "60s")));
            }
            var healthy = new LinkedBlockingQueue<Integer>();
            runner.register(
                    RecordFormat.class,
                    record -> record.kind().getBytes(StandardCharsets.US_ASCII),
                    Map.of("mta.plugin", "healthy-format", "mta.named", "healthy"));
            runner.register(
                    RecordSink.class,
                    new RecordSink() {
                        @Override
                        public void write(List<LogRecord> batch) {
                            healthy.add(batch.size());
                        }
                    },
                    Map.of("mta.plugin", "healthy"));
            bindings.add(Binding.parse(
                    "healthy", Map.of("plugin", "healthy", "point", "RecordSink", "stages", "write", "order", 500)));
            assertEquals(Optional.empty(), runner.bind(bindings));
            for (Cell cell : cells) {
                cell.effect = write(runner, cell);
                boolean hung =
                        cell.language == Language.JAVA && (cell.fault == Fault.IGNORES || cell.fault == Fault.SPINS);
                expect(cell, hung ? "closed" : "kept on disk", cell.effect);
                Fixture.await("a record", () -> records.stream().anyMatch(one -> names(one, cell)));
                cell.over = true;
                if (!hung && healthy.poll(60, TimeUnit.SECONDS) == null) {
                    wrong.add(cell + ": the other sink was not called");
                }
            }
        }
    }

    private static boolean names(LogRecord record, Cell cell) {
        return record instanceof PluginFailure failure
                && failure.plugin().equals("sink-" + cell.name())
                && failure.binding().equals(cell.name());
    }

    private static String write(HookRunner runner, Cell cell) throws InterruptedException {
        var effect = new LinkedBlockingQueue<String>();
        Thread.ofVirtual().start(() -> {
            try (Pin pin = runner.pin()) {
                pin.onHang(() -> effect.add("closed"));
                var record = new LogRecord.Event(java.time.Instant.EPOCH, "Odd", Map.of());
                runner.point(RecordSink.class)
                        .stage("write")
                        .observe(
                                pin,
                                key -> key.equals("cell") ? cell.name() : "",
                                (plugin, _) -> plugin.write(List.of(record)));
                effect.add("kept on disk");
            }
        });
        return Optional.ofNullable(effect.poll(60, TimeUnit.SECONDS)).orElse("nothing happens");
    }

    /** Does what the sinks of this project do. */
    private static final class Sink implements RecordSink {
        private final HookRunner runner;
        private final HookPoint<RecordFormat> formats;
        private final String name;

        Sink(HookRunner runner, String name) {
            this.runner = runner;
            this.formats = runner.point(RecordFormat.class);
            this.name = name;
        }

        @Override
        public void write(List<LogRecord> batch) throws IOException {
            try (Pin pin = runner.pin()) {
                RecordFormat format = formats.driver(pin, name).orElseThrow(() -> new IOException("no format " + name));
                for (LogRecord record : batch) {
                    if (format.format(record).length == 0) {
                        throw new IOException("nothing to write");
                    }
                }
            }
        }
    }

    // ---- scripts

    private Map<String, Object> scripts(List<Cell> cells, int silent) throws Exception {
        cells.stream()
                .filter(cell -> cell.where == Where.DIAL)
                .forEach(cell -> DIALLING.add(cell.name().toLowerCase()));
        Path folder = Files.createDirectory(temporary.resolve("scripts"));
        List<Cell> own = cells.stream()
                .filter(cell -> cell.language == Language.JAVASCRIPT)
                .toList();
        for (Cell cell : own) {
            Files.writeString(folder.resolve(cell.name().toLowerCase() + ".mjs"), script(cell, silent));
        }
        var loaded = new ConcurrentHashMap<String, Object>();
        ScriptSettings usual = ScriptSettings.defaults();
        var library = new Library(
                folder,
                (_, service, properties) -> {
                    loaded.put(properties.get("mta.plugin").toString().toUpperCase(), service);
                    return () -> {};
                },
                _ -> Optional.empty(),
                new ScriptSettings(
                        usual.contexts(),
                        usual.statementLimit(),
                        usual.recycleCalls(),
                        usual.recycleAge(),
                        FaultMatrixTest.DEADLINE,
                        Map.of()),
                new Fixture(folder).services());
        library.start();
        Fixture.await("the scripts are loaded", () -> library.status().size() == own.size());
        library.status().forEach(one -> one.refusal().ifPresent(why -> wrong.add("refused: " + why.getMessage())));
        assertEquals("", String.join("\n", wrong));
        return loaded;
    }

    private static String script(Cell cell, int silent) {
        String bad = cell.fault == Fault.NULL ? "return;" : cell.fault.script;
        String driver = switch (cell.where) {
            case OPEN -> "transport: { name: '%s', open(path, hops) { %s } }";
            case SEND -> "transport: { name: '%s', open(path, hops) { return { send(attempt) { %s } } } }";
            case USABLE ->
                "saslMechanism: { name: '%s', plaintext() { return false }, usable(session) { %s },"
                        + " begin(session) { return { step(response, initial) {} } } }";
            case BEGIN -> "saslMechanism: { name: '%s', plaintext() { return false }, begin(session) { %s } }";
            case STEP ->
                "saslMechanism: { name: '%s', plaintext() { return false }, begin(session) { return {"
                        + " step(response, initial) { %s } } } }";
            case FORMAT -> "recordFormat: { name: '%s', format(record) { %s } }";
            case WRAP, DIAL -> throw new IllegalStateException("no script can be an Io");
        };
        return "export default { name: '" + cell.name().toLowerCase()
                + "', api: 1, config: { silent: 'http://127.0.0.1:" + silent + "/' },\n"
                + driver.formatted(cell.name(), bad) + " };\n";
    }

    // ---- the page

    private static void publish(List<Cell> cells) throws IOException {
        String part = FaultPage.drivers(table(cells, Language.JAVA), table(cells, Language.JAVASCRIPT));
        String page = Files.readString(FaultMatrixTest.PAGE);
        if (Boolean.getBoolean("faults.write")) {
            Files.writeString(FaultMatrixTest.PAGE, FaultPage.part(page, false) + "\n" + part);
            return;
        }
        assertEquals(
                FaultPage.part(page, true), part, "run this test with -Dfaults.write=true and look at the difference");
    }

    private static Map<String, Map<Fault, String>> table(List<Cell> cells, Language language) {
        return cells.stream()
                .filter(cell -> cell.language == language)
                .collect(Collectors.groupingBy(
                        cell -> cell.where.point + "." + cell.where.stage,
                        () -> new LinkedHashMap<String, Map<Fault, String>>(),
                        Collectors.toMap(cell -> cell.fault, cell -> cell.effect, (a, _) -> a, () -> new HashMap<>())));
    }
}
