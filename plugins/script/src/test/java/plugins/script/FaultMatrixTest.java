package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Source;
import mta.plugins.api.policy.Table;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import plugins.script.Fault.Language;

/**
 * Every fault at every stage, in Java and in JavaScript, within one node that carries other mail meanwhile. Each cell has a
 * plugin, a binding and a message of its own. What is seen becomes docs/faults.md; {@code -Dfaults.write=true} writes it.
 */
@Timeout(900)
class FaultMatrixTest {

    /** Of cells that have to run into it; the others have all the time that a slow machine may need. */
    static final Duration DEADLINE = Duration.ofMillis(250);

    private static final int LIMIT = Integer.getInteger("faults.limit", 60);
    /** A message that fares like none of the others does so within this time after its fault. */
    private static final Duration SETTLES = Duration.ofSeconds(2);

    static final Path PAGE = Path.of("../../docs/faults.md");
    private static final List<Class<?>> POINTS =
            List.of(Reception.class, Routing.class, Delivery.class, Policy.class, RecordSink.class);

    /** What no message over plain SMTP meets: the stage is run by itself, with the same runner. */
    private static final Set<String> BY_ITSELF = Set.of(
            "Reception.tls",
            "Delivery.secured",
            "Delivery.source",
            "Policy.find",
            "RecordSink.write",
            "RecordSink.control");

    @TempDir
    Path temporary;

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Set<String> healthy = ConcurrentHashMap.newKeySet();

    /** One stage of one hook point. */
    private record Where(Class<?> point, String stage, Hook hook) {

        String name() {
            return point.getSimpleName() + "." + stage;
        }

        static List<Where> all() {
            return POINTS.stream()
                    .flatMap(point -> Arrays.stream(point.getMethods())
                            .filter(method -> method.isAnnotationPresent(Hook.class))
                            .map(method -> new Where(point, method.getName(), method.getAnnotation(Hook.class)))
                            .sorted(Comparator.comparing(Where::stage)))
                    .toList();
        }

        boolean canHave(Fault fault, Language language) {
            boolean decides = hook.value() == Kind.DECIDE;
            return fault.exists(language)
                    && switch (fault) {
                        case NULL -> hook.value() != Kind.OBSERVE;
                        case INADMISSIBLE ->
                            decides
                                    && (language == Language.JAVA
                                            ? FaultyJava.canBeInadmissible(hook)
                                            : !Arrays.asList(hook.admits()).contains(Verdict.Kind.LATER));
                        case WRONG_TYPE -> hook.value() != Kind.OBSERVE;
                        default -> true;
                    };
        }
    }

    private final class Cell {
        private final Language language;
        private final Where where;
        private final Fault fault;
        private final int number;
        private final String name;
        private final FaultyJava java;
        private String effect = "";

        Cell(Language language, Where where, Fault fault, int number) {
            this.language = language;
            this.where = where;
            this.fault = fault;
            this.number = number;
            this.name = ("c" + number + "-" + where.name() + "-" + fault)
                    .replace('.', '-')
                    .replace('_', '-')
                    .toLowerCase(Locale.ROOT);
            this.java = new FaultyJava(fault);
        }

        /** Its call ended after the grace: what came of it is that of a call that hangs, not that of this fault. */
        boolean slow;

        boolean byItself() {
            return BY_ITSELF.contains(where.name());
        }

        /** The name in bindings: a script adds the query to a policy's. */
        String plugin() {
            return language == Language.JAVASCRIPT && where.point() == Policy.class ? name + ".Table" : name;
        }

        String domain() {
            return "c" + number + ".example";
        }

        String address(int network) {
            return "127." + network + "." + number / 250 + "." + (number % 250 + 1);
        }

        Map<String, Object> binding() {
            var binding = new HashMap<String, Object>(Map.of(
                    "plugin",
                    plugin(),
                    "point",
                    where.point().getSimpleName(),
                    "stages",
                    where.stage(),
                    "order",
                    10,
                    "breakerFailures",
                    0,
                    "timeout",
                    fault.needsDeadline() ? DEADLINE.toMillis() + "ms" : "60s"));
            if (byItself()) {
                return binding;
            }
            if (where.point() == Reception.class) {
                binding.put("when.client", address(3));
            } else if (where.point() == Routing.class) {
                binding.put("when.sender.domain", domain());
            } else if (Set.of("dial", "greeted", "auth").contains(where.stage())) {
                binding.put("when.site", List.of("*" + address(2), "*" + address(2) + ":*", "*" + address(2) + "]*"));
            } else {
                binding.put("when.destination", "*" + address(2) + "]*"); // its route
            }
            return binding;
        }

        void fail(String what) {
            System.out.println("WRONG " + name + ": " + what);
            wrong.add(language + " " + where.name() + " " + fault.title + ": " + what);
        }
    }

    // ---- the test

    @Test
    void everyFaultAtEveryStageIsContained() throws Exception {
        var cells = new ArrayList<Cell>();
        for (Language language : Language.values()) {
            for (Where where : Where.all()) {
                for (Fault fault : Fault.values()) {
                    if (where.canHave(fault, language)) {
                        cells.add(new Cell(language, where, fault, cells.size()));
                    }
                }
            }
        }
        warmUp();
        Path scripts = Files.createDirectory(temporary.resolve("scripts"));
        try (var silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
                var peer = new Peer()) {
            Map<String, Object> loaded = scripts(scripts, cells, silent.getLocalPort());
            runInNode(cells, loaded, peer);
            runByThemselves(cells, loaded);
        }
        assertEquals("", String.join("\n", wrong));
        publish(cells);
    }

    /** The first use of the HTTP client loads classes for longer than a call that waits has until it counts as hung. */
    private static void warmUp() {
        try (var http = java.net.http.HttpClient.newHttpClient()) {
            http.send(
                    java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:1/"))
                            .build(),
                    java.net.http.HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            // nobody is there
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Loads a script for each cell in JavaScript. @return services by the name of the plugin */
    private Map<String, Object> scripts(Path folder, List<Cell> cells, int silent) throws Exception {
        var loaded = new ConcurrentHashMap<String, Object>();
        String url = "http://127.0.0.1:" + silent + "/";
        int count = 0;
        for (Cell cell : cells) {
            if (cell.language == Language.JAVASCRIPT) {
                count++;
                Files.writeString(
                        folder.resolve(cell.name + ".mjs"),
                        FaultyScript.text(cell.name, cell.where.point(), cell.where.stage(), cell.fault, url));
            }
        }
        var library = new Library(
                folder,
                (_, service, properties) -> {
                    loaded.put((String) properties.get("mta.plugin"), service);
                    return () -> {};
                },
                _ -> Optional.empty(),
                ScriptSettings.defaults(),
                new Fixture(folder).services());
        library.start();
        int expected = count;
        Fixture.await("the scripts are loaded", () -> library.status().size() == expected);
        library.status().forEach(one -> one.refusal().ifPresent(why -> wrong.add("refused: " + why.getMessage())));
        return loaded;
    }

    private Object plugin(Cell cell, Map<String, Object> loaded) {
        Object plugin = cell.language == Language.JAVA ? cell.java.as(cell.where.point()) : loaded.get(cell.plugin());
        assertTrue(plugin != null, cell.name);
        return plugin;
    }

    // ---- in a node

    private void runInNode(List<Cell> all, Map<String, Object> loaded, Peer peer) throws Exception {
        List<Cell> cells = all.stream().filter(cell -> !cell.byItself()).toList();
        TestNode.Builder builder = TestNode.builder(temporary.resolve("spool"))
                .plugin("TEST", new AnyLogin())
                .plugin("router", new Router(peer.port()))
                .binding("router", Map.of("plugin", "router", "point", "Routing", "stages", "place", "order", 1))
                .plugin("doorman", new Doorman())
                .binding("doorman", Map.of("plugin", "doorman", "point", "Reception", "stages", "rcpt", "order", 5));
        for (Class<?> point : List.of(Reception.class, Routing.class, Delivery.class)) {
            String name = "healthy-" + point.getSimpleName();
            builder.plugin(name, new Healthy().as(point))
                    .binding(name, Map.of("plugin", name, "point", point.getSimpleName(), "order", 500));
        }
        for (Cell cell : cells) {
            builder.plugin(cell.plugin(), plugin(cell, loaded)).binding(cell.name, cell.binding());
        }
        try (TestNode node = builder.start()) {
            var control = new Control(node);
            // A spinning call takes a processor until the cell is over: few at a time, and after all others.
            Predicate<Cell> spins = cell ->
                    cell.fault == Fault.SPINS || cell.fault == Fault.IGNORES && cell.language == Language.JAVASCRIPT;
            together(cells.stream().filter(spins.negate()).toList(), 12, cell -> run(cell, node, peer));
            Predicate<Cell> stopped = cell -> cell.language == Language.JAVASCRIPT;
            together(cells.stream().filter(spins.and(stopped)).toList(), 6, cell -> run(cell, node, peer));
            together(cells.stream().filter(spins.and(stopped.negate())).toList(), 4, cell -> run(cell, node, peer));
            control.end(peer);
        }
    }

    private interface Step {
        void run(Cell cell) throws Exception;
    }

    private void together(List<Cell> cells, int atOnce, Step step) throws InterruptedException {
        var places = new Semaphore(atOnce);
        var threads = new ArrayList<Thread>();
        for (Cell cell : cells) {
            places.acquire();
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    step.run(cell);
                } catch (Exception | AssertionError e) {
                    cell.fail(e.toString());
                } finally {
                    cell.java.end();
                    places.release();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void run(Cell cell, TestNode node, Peer peer) throws Exception {
        String user = switch (cell.where.stage()) {
            case "retry" -> "later";
            case "bounce" -> "never";
            default -> "to";
        };
        String recipient = user + "@" + cell.domain();
        String said = talk(cell, node, recipient);
        if (cell.fault == Fault.LEAKS) {
            // The same call again, which edits what the first one was given.
            talk(cell, node, "again@" + cell.domain());
        }
        cell.effect = said.isEmpty() ? fate(cell, node, peer, recipient) : said;
        check(cell, node.records(PluginFailure.class));
        String content = peer.taken.getOrDefault(recipient, "") + peer.taken.getOrDefault("again@" + cell.domain(), "");
        if (content.contains(FaultyJava.LEAK)) {
            cell.fail("its edit is in the message");
        }
    }

    /** The record names plugin, binding and stage and says what it was; without a failure there is none. */
    private void check(Cell cell, List<PluginFailure> all) {
        List<PluginFailure> own = all.stream()
                .filter(record -> record.binding().equals(cell.name))
                .toList();
        String word = cell.fault.word(cell.language);
        if (cell.fault == Fault.LEAKS) {
            boolean refused = cell.language == Language.JAVA
                    ? cell.java.met.filter("nothing"::equals).isEmpty()
                    : own.stream().allMatch(record -> record.failure().equals("threw"));
            if (!refused) {
                cell.fail("the late edit was let through: " + own);
            }
            return;
        }
        boolean named = !own.isEmpty()
                && own.stream()
                        .allMatch(record -> record.plugin().equals(cell.plugin())
                                && record.point().equals(cell.where.point().getSimpleName())
                                && record.stage().equals(cell.where.stage())
                                && (record.failure().equals(word) || tooSlowToEnd(cell, word, record)));
        if (!named) {
            cell.fail("expected the record '" + word + "', there is " + own);
        }
    }

    /** A script that is stopped unwinds within the runner's grace of a second, but for a machine that has no time for it. */
    private static boolean tooSlowToEnd(Cell cell, String word, PluginFailure record) {
        boolean slow = cell.language == Language.JAVASCRIPT
                && word.equals("late")
                && record.failure().equals("hung");
        cell.slow |= slow;
        return slow;
    }

    /** An SMTP session. @return what the client saw of the fault; empty if nothing */
    private static String talk(Cell cell, TestNode node, String recipient) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), node.port(), InetAddress.ofLiteral(cell.address(3)), 0)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var lines = new ArrayList<>(List.of("", "EHLO client.example", "NOOP"));
            if (cell.where.stage().equals("auth") && cell.where.point() == Reception.class) {
                lines.add("AUTH TEST =");
            }
            lines.add("MAIL FROM:<a@" + cell.domain() + ">");
            if (cell.where.stage().equals("rcptRefused")) {
                lines.add("RCPT TO:<refused@" + cell.domain() + ">");
            }
            lines.add("RCPT TO:<" + recipient + ">");
            lines.add("DATA");
            lines.add("Subject: fault\r\n\r\nHello\r\n.");
            for (String line : lines) {
                if (!line.isEmpty()) {
                    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                String reply = reply(in);
                if (reply.isEmpty()) {
                    return "closed";
                }
                boolean meant = line.contains("<refused@");
                if (reply.charAt(0) > '3' && !meant) {
                    String end = reply.startsWith("421") ? ", closed" : "";
                    socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                    return reply.substring(0, 3) + end;
                }
            }
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            reply(in);
            return "";
        }
    }

    private static String reply(BufferedReader in) throws IOException {
        try {
            String line = in.readLine();
            while (line != null && line.length() > 3 && line.charAt(3) == '-') {
                line = in.readLine();
            }
            return line == null ? "" : line;
        } catch (java.net.SocketException e) {
            return ""; // reset: closed without a word
        }
    }

    /** What became of the message that was accepted. */
    private String fate(Cell cell, TestNode node, Peer peer, String recipient) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(LIMIT).toNanos();
        long failedSince = 0;
        while (System.nanoTime() - end < 0) {
            if (peer.taken.containsKey(recipient) && isRecorded(cell, node)) {
                return "goes on";
            }
            if (node.records(Deferred.class).stream()
                    .anyMatch(one -> one.recipient().toString().equals(recipient))) {
                return cell.where.stage().equals("retry") ? "goes on" : "deferred";
            }
            if (node.records(Bounced.class).stream()
                    .anyMatch(one -> one.recipient().toString().equals(recipient))) {
                if (!cell.where.stage().equals("bounce")) {
                    return "bounced";
                }
                // Recorded before the sender is told; a failure then keeps the recipient in the queue.
                if (isRecorded(cell, node)) {
                    return cell.fault == Fault.LEAKS ? "goes on" : "waits";
                }
            }
            // It failed, and nothing else comes of it: the entry waits for its next turn.
            if (failedSince == 0 && isRecorded(cell, node)) {
                failedSince = System.nanoTime();
                cell.java.end();
            }
            boolean waits = failedSince != 0 && System.nanoTime() - failedSince > SETTLES.toNanos();
            if (waits && !peer.taken.containsKey(recipient)) {
                return "waits";
            }
            Thread.sleep(40);
        }
        cell.fail("nothing happens");
        return "nothing happens";
    }

    private static boolean isRecorded(Cell cell, TestNode node) {
        return cell.fault == Fault.LEAKS
                || node.records(PluginFailure.class).stream()
                        .anyMatch(record -> record.binding().equals(cell.name));
    }

    /** Mail that no faulty plugin is bound for, all the time. */
    private final class Control {
        private final TestNode node;
        private final AtomicInteger sent = new AtomicInteger();
        private final Thread thread;
        private volatile boolean over;

        Control(TestNode node) {
            this.node = node;
            this.thread = Thread.ofPlatform().start(this::run);
        }

        private void run() {
            while (!over) {
                String reply = node.send("a@control.example", sent.incrementAndGet() + "@control.example");
                if (!reply.startsWith("250")) {
                    wrong.add("other mail got " + reply);
                }
                sleep();
            }
        }

        private static void sleep() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void end(Peer peer) throws InterruptedException {
            over = true;
            thread.join();
            for (int i = 1; i <= sent.get(); i++) {
                String recipient = i + "@control.example";
                Fixture.await("other mail arrives: " + recipient, () -> peer.taken.containsKey(recipient));
            }
            Set<String> seen = Set.copyOf(healthy);
            for (Where where : Where.all()) {
                boolean met = !BY_ITSELF.contains(where.name()) && where.point() != Policy.class;
                if (met && !seen.contains(where.name())) {
                    wrong.add("the healthy plugin was never called at " + where.name());
                }
            }
        }
    }

    /** Has no opinion anywhere, and remembers where it was called. */
    private final class Healthy implements java.lang.reflect.InvocationHandler {
        <T> T as(Class<T> type) {
            return type.cast(
                    java.lang.reflect.Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
        }

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("hashCode")
                        ? (Object) System.identityHashCode(proxy)
                        : method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : "healthy";
            }
            healthy.add(method.getDeclaringClass().getSimpleName() + "." + method.getName());
            return method.getReturnType() == Verdict.class
                    ? Verdict.next()
                    : method.getReturnType() == Optional.class ? Optional.empty() : null;
        }
    }

    /** Each cell has a path of its own, to an address of its own. */
    private static final class Router implements Routing {
        private final int port;

        Router(int port) {
            this.port = port;
        }

        @Override
        public Verdict place(Message message, Placement placement, Cause cause) {
            String domain = message.envelope().recipients().getFirst().address().domain();
            int number = domain.startsWith("control") ? 0 : Integer.parseInt(domain.substring(1, domain.indexOf('.')));
            String address =
                    domain.startsWith("control") ? "127.0.0.1" : "127.2." + number / 250 + "." + (number % 250 + 1);
            placement.route("[" + address + "]:" + port);
            return Verdict.next();
        }
    }

    /** Refuses those that are meant to be refused. */
    private static final class Doorman implements Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            return recipient.address().localPart().equals("refused")
                    ? Verdict.refuse("550 5.1.1 refused")
                    : Verdict.next();
        }
    }

    private static final class AnyLogin implements SaslMechanism {
        @Override
        public boolean plaintext() {
            return false;
        }

        @Override
        public Exchange begin(Session session) {
            return (_, _) -> new Step.Success("somebody");
        }
    }

    // ---- stages by themselves

    private void runByThemselves(List<Cell> all, Map<String, Object> loaded) throws Exception {
        List<Cell> cells = all.stream().filter(Cell::byItself).toList();
        var records = new ConcurrentLinkedQueue<LogRecord>();
        try (var runner = new HookRunner(records::add, InstantSource.system())) {
            var bindings = new ArrayList<Binding>();
            for (Cell cell : cells) {
                register(runner, cell.where.point(), plugin(cell, loaded), cell.plugin());
                var binding = new HashMap<>(cell.binding());
                binding.put("when.cell", cell.name);
                bindings.add(Binding.parse(cell.name, binding));
            }
            assertEquals(Optional.empty(), runner.bind(bindings));
            together(cells, 3, cell -> {
                cell.effect = alone(runner, cell);
                if (cell.fault == Fault.LEAKS) {
                    alone(runner, cell);
                }
                Fixture.await(
                        "a record",
                        () -> cell.fault == Fault.LEAKS
                                || records.stream()
                                        .anyMatch(record -> record instanceof PluginFailure failure
                                                && failure.binding().equals(cell.name)));
                check(
                        cell,
                        records.stream()
                                .filter(PluginFailure.class::isInstance)
                                .map(PluginFailure.class::cast)
                                .toList());
            });
        }
    }

    private static <T> void register(HookRunner runner, Class<T> point, Object plugin, String name) {
        runner.register(point, point.cast(plugin), Map.of("mta.plugin", name));
    }

    /** On a thread that is given up where a session would be. */
    private static String alone(HookRunner runner, Cell cell) throws InterruptedException {
        var effect = new java.util.concurrent.LinkedBlockingQueue<String>();
        Thread.ofVirtual().start(() -> {
            try (Pin pin = runner.pin()) {
                pin.onHang(() -> effect.add("closed"));
                effect.add(once(runner, cell, pin));
            }
        });
        return Optional.ofNullable(effect.poll(LIMIT, TimeUnit.SECONDS)).orElse("nothing happens");
    }

    private static String once(HookRunner runner, Cell cell, Pin pin) {
        Selector selector = key -> key.equals("cell") ? cell.name : "";
        TlsInfo tls = new TlsInfo(
                "TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
        var path = TestAttempt.path("smtp", "site.example");
        var hop = new Hop("mx.example", List.of(), 25, 0);
        return switch (cell.where.name()) {
            case "Reception.tls" ->
                decided(
                        runner,
                        Reception.class,
                        cell,
                        pin,
                        selector,
                        (plugin, _) -> plugin.tls(TestSession.from("192.0.2.1"), tls));
            case "Delivery.secured" ->
                decided(runner, Delivery.class, cell, pin, selector, (plugin, _) -> plugin.secured(path, hop, tls));
            case "Delivery.source" ->
                resolved(() -> runner.point(Delivery.class)
                        .stage("source")
                        .resolve(
                                pin,
                                selector,
                                (plugin, _) -> plugin.source("default", "d.example", List.of(Source.DEFAULT))));
            case "Policy.find" -> resolved(() -> find(runner, pin, selector));
            default -> {
                Stage<RecordSink> stage = runner.point(RecordSink.class).stage(cell.where.stage());
                stage.observe(pin, selector, (plugin, _) -> {
                    if (cell.where.stage().equals("write")) {
                        plugin.write(List.of());
                    } else {
                        plugin.control("flush");
                    }
                });
                yield cell.where.hook().onError() == FailureAction.SPILL
                                && !cell.fault.word(cell.language).isEmpty()
                        ? "kept on disk"
                        : "goes on";
            }
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a policy of any query
    private static Optional<Object> find(HookRunner runner, Pin pin, Selector selector) throws Unresolved {
        Stage<Policy> stage = runner.point(Policy.class).stage("find");
        return stage.resolve(pin, selector, (Policy plugin, Call _) -> plugin.find(new Table("t", "k")));
    }

    private static <T> String decided(
            HookRunner runner, Class<T> point, Cell cell, Pin pin, Selector selector, Stage.Work<T, Verdict> work) {
        return switch (runner.point(point)
                .stage(cell.where.stage())
                .decide(pin, selector, work)
                .verdict()) {
            case Verdict.Refuse(var reply, boolean close) -> close ? "closed" : Integer.toString(reply.code());
            case Verdict.Next _ -> "goes on";
            case Verdict other -> other.toString();
        };
    }

    private interface Resolving {
        Optional<?> run() throws Unresolved;
    }

    private static String resolved(Resolving resolving) {
        try {
            resolving.run();
            return "goes on";
        } catch (Unresolved e) {
            return "cannot tell";
        }
    }

    // ---- the page

    private static void publish(List<Cell> cells) throws IOException {
        String page = FaultPage.of(table(cells, Language.JAVA), table(cells, Language.JAVASCRIPT), BY_ITSELF);
        if (Boolean.getBoolean("faults.write")) {
            Files.writeString(PAGE, page + "\n" + FaultPage.part(Files.readString(PAGE), true));
        }
        if (cells.stream().anyMatch(cell -> cell.slow)) {
            System.out.println("this machine had no time to end every call in its grace: the page is not compared");
            return;
        }
        assertEquals(
                FaultPage.part(Files.readString(PAGE), false),
                page,
                "run this test with -Dfaults.write=true and look at the difference");
    }

    /** Stage to fault to what was seen. */
    private static Map<String, Map<Fault, String>> table(List<Cell> cells, Language language) {
        var table = new LinkedHashMap<String, Map<Fault, String>>();
        cells.stream()
                .filter(cell -> cell.language == language)
                .forEach(cell -> table.computeIfAbsent(cell.where.name(), _ -> new LinkedHashMap<>())
                        .put(cell.fault, cell.effect));
        return table;
    }
}
