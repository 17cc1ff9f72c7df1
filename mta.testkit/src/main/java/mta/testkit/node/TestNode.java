package mta.testkit.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.core.intake.MailIntake;
import mta.core.intake.MessageId;
import mta.core.io.ListenerSettings;
import mta.core.io.Listeners;
import mta.core.io.Tcp;
import mta.core.io.TlsService;
import mta.core.io.TlsSettings;
import mta.core.metrics.Meters;
import mta.core.node.Node;
import mta.core.policy.PolicyLookup;
import mta.core.records.RecordBus;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Transaction;
import mta.queue.MessageQueue;
import mta.queue.Pressure;
import mta.queue.dispatch.Dispatch;
import mta.queue.dispatch.DispatchSettings;
import mta.queue.dispatch.Operations;
import mta.queue.policy.Policies;
import mta.queue.policy.Scope;
import mta.queue.spool.RocksSpool;
import mta.queue.spool.SpoolSettings;
import mta.smtp.client.ClientSettings;
import mta.smtp.client.LmtpTransport;
import mta.smtp.client.SmtpTransport;
import mta.smtp.server.SettingsByListener;
import mta.smtp.server.SmtpServer;
import mta.testkit.dns.FakeDns;

/**
 * A node for tests: mail comes in on a loopback port, is on disk before its 250, and leaves to where the fake DNS says.
 * Time stands still until {@link #advance}. For one thread, the test's; plugins are called on the node's own threads.
 *
 * <pre>{@code
 * try (var peer = ScriptedServer.smtp().start();
 *         var node = TestNode.builder(directory)
 *                 .plugin("mine", new MyPlugin())
 *                 .binding("mine", "mine", "Reception", "rcpt")
 *                 .to(peer.port())
 *                 .start()) {
 *     assertEquals("250", node.send("a@origin.example", "b@dest.example").substring(0, 3));
 *     assertEquals("RCPT TO:<b@dest.example>", peer.take().rcpts().getFirst());
 * }
 * }</pre>
 */
public final class TestNode implements AutoCloseable {

    private static final long LIMIT_SECONDS = 60;
    private static final List<Class<?>> HOOKS = List.of(
            Delivery.class,
            Io.class,
            Policy.class,
            Protocol.class,
            Reception.class,
            RecordFormat.class,
            RecordSink.class,
            Routing.class,
            SaslMechanism.class,
            Transport.class);

    private final Builder plan;
    private final ConcurrentLinkedQueue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Map<String, List<AutoCloseable>> present = new HashMap<>();
    private HookRunner hooks;
    private RecordBus bus;
    private Optional<TlsService> encryption = Optional.empty();
    private Tcp tcp;
    private Listeners listeners;
    private MessageQueue queue;
    private Dispatch dispatch;
    private Intake intake;
    private int port;

    private TestNode(Builder plan) {
        this.plan = plan;
    }

    /** @param directory for the spool; it outlives the node, and a node on the same one finds the mail in it */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /** What the node is made of. */
    public static final class Builder {
        private final Path directory;
        private final Map<String, Object> plugins = new LinkedHashMap<>();
        private final List<Binding> bindings = new ArrayList<>();
        private final Map<String, Object> policy = new HashMap<>(Map.of("tls", "none", "retry", "5m", "jitter", "0"));
        private final Map<String, Object> server = new HashMap<>();
        private final ManualClock clock = new ManualClock();
        private final List<X509Certificate> trusted = new ArrayList<>();
        private FakeDns dns = new FakeDns();
        private int smtpPort = 25;
        private List<String> wrappers = List.of();
        private Optional<Duration> handshakeTimeout = Optional.empty();
        private Duration transportTimeout = Duration.ofHours(1);
        private boolean encrypts;
        private Optional<Path> clientRoots = Optional.empty();

        private Builder(Path directory) {
            this.directory = directory;
            plugin("test-relay", new Relay());
            bindings.add(Binding.parse(
                    "test-relay",
                    Map.of("plugin", "test-relay", "point", "Reception", "stages", "rcpt", "order", 1_000_000)));
        }

        /** @param plugin of one or more hook points; of a driver the name is the one it is asked for by */
        public Builder plugin(String name, Object plugin) {
            plugins.put(name, plugin);
            return this;
        }

        public Builder binding(String name, String plugin, String point, String... stages) {
            return binding(Binding.of(name, plugin, point, stages));
        }

        /** With settings as in {@code conf/bindings.yaml}. */
        public Builder binding(String name, Map<String, ?> settings) {
            return binding(Binding.parse(name, settings));
        }

        private Builder binding(Binding binding) {
            bindings.add(binding);
            return this;
        }

        /** The DNS that destinations are looked up in, and the port that their servers listen on. */
        public Builder dns(FakeDns names, int port) {
            dns = names;
            smtpPort = port;
            return this;
        }

        /** All mail goes to this port of this machine. */
        public Builder to(int peer) {
            return policy("route", "[127.0.0.1]:" + peer);
        }

        /** A setting of the section {@code policy}, for all mail. */
        public Builder policy(String key, String value) {
            policy.put(key, value);
            return this;
        }

        /**
         * TLS, in with a certificate that the node makes itself, out where a peer offers it; without this there is none.
         *
         * @param peers what the node trusts; none: it encrypts and believes nobody, as is usual between mail servers
         */
        public Builder tls(X509Certificate... peers) {
            encrypts = true;
            trusted.addAll(List.of(peers));
            return policy("tls", "opportunistic");
        }

        /** Clients are asked for a certificate; it is verified by the roots in this file (PEM). */
        public Builder clientCertificates(Path roots) {
            clientRoots = Optional.of(roots);
            return this;
        }

        /** A setting of the section {@code smtp}. */
        public Builder server(String key, Object value) {
            server.put(key, value);
            return this;
        }

        /** Names of Ios that go around each connection of the listener, as in its setting {@code wrappers}. */
        public Builder wrappers(String... names) {
            wrappers = List.of(names);
            return this;
        }

        /** How long what is read before the protocol may take; real time. */
        public Builder handshakeTimeout(Duration timeout) {
            handshakeTimeout = Optional.of(timeout);
            return this;
        }

        /** How long one call of a transport may take, by the node's clock. */
        public Builder transportTimeout(Duration timeout) {
            transportTimeout = timeout;
            return this;
        }

        public TestNode start() {
            var node = new TestNode(this);
            node.open();
            return node;
        }
    }

    /** Takes every recipient that no plugin before it has judged. */
    private static final class Relay implements Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            return Verdict.accept();
        }
    }

    private void open() {
        ManualClock clock = plan.clock;
        bus = new RecordBus(plan.directory.resolve("records"));
        var kept = new Records() {
            @Override
            public boolean wanted(String kind) {
                return true;
            }

            @Override
            public void emit(LogRecord record) {
                records.add(record);
                bus.emit(record);
            }
        };
        hooks = new HookRunner(kept::emit, clock);
        bus.attach(hooks);
        var lookup = new PolicyLookup(hooks, clock);
        Tls tls = plan.encrypts ? encrypting() : new NoTls();
        tcp = new Tcp();
        var policies = new Policies();
        policies.scopes(List.of(Scope.of("all", "the test", plan.policy)));
        policies.lookup(Optional.of(lookup));

        var spool = new RocksSpool(SpoolSettings.of(plan.directory).floor(0));
        dispatch = new Dispatch(
                spool,
                policies,
                hooks,
                kept,
                clock,
                new DispatchSettings(100, 8, Duration.ofSeconds(20), plan.transportTimeout));
        queue = new MessageQueue(spool, dispatch, Pressure.none());
        var ids = new MessageId(clock);
        ids.after(queue.highestId());
        intake = new MailIntake(queue, hooks, kept, ids, clock);

        var settings = new SettingsByListener();
        settings.put("default", plan.server);
        join(Io.class, "tcp", tcp);
        join(Transport.class, "smtp", new SmtpTransport(client(), hooks, plan.dns, lookup, tls, kept));
        join(Transport.class, "lmtp", new LmtpTransport(client(), hooks, plan.dns, lookup, tls, kept));
        join(
                Protocol.class,
                "smtp",
                new SmtpServer(
                        SmtpServer.Flavour.SMTP,
                        new SmtpServer.Surroundings(
                                hooks,
                                intake,
                                tls,
                                kept,
                                clock,
                                () -> "node.example",
                                _ -> Optional.empty(),
                                queue::closed,
                                settings)));
        plan.plugins.forEach(this::come);
        hooks.bind(plan.bindings).ifPresent(reason -> {
            throw new IllegalArgumentException("the bindings are refused: " + reason);
        });
        dispatch.start(() -> {}, () -> "");
        listeners = new Listeners(hooks, tls, kept, new Meters(), () -> "");
        listeners.open("test", listener());
        port = openPort();
    }

    private ListenerSettings listener() {
        var usual = ListenerSettings.of(Endpoint.parse("127.0.0.1:0"), "smtp");
        return new ListenerSettings(
                usual.endpoint(),
                usual.protocol(),
                usual.tls(),
                plan.wrappers,
                usual.maxConnections(),
                usual.maxConnectionsPerClient(),
                plan.handshakeTimeout.orElse(usual.handshakeTimeout()),
                usual.all());
    }

    private ClientSettings client() {
        var usual = ClientSettings.defaults("node.example");
        return new ClientSettings(
                usual.helo(),
                usual.ownNames(),
                plan.smtpPort,
                usual.addressOrder(),
                usual.addressLimit(),
                usual.minTtl(),
                usual.maxTtl(),
                usual.handshakeTimeout(),
                usual.blockTimeout(),
                usual.finalTimeout(),
                usual.quitTimeout(),
                usual.tlsProtocols(),
                usual.tlsFallback(),
                usual.chunking(),
                usual.ignoredKeywords());
    }

    private Tls encrypting() {
        try {
            Optional<Path> trust = Optional.empty();
            if (!plan.trusted.isEmpty()) {
                var pem = new StringBuilder();
                for (X509Certificate certificate : plan.trusted) {
                    pem.append("-----BEGIN CERTIFICATE-----\n")
                            .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                            .append("\n-----END CERTIFICATE-----\n");
                }
                Path file =
                        Files.createDirectories(plan.directory.resolve("tls")).resolve("trusted.pem");
                trust = Optional.of(Files.writeString(file, pem));
            }
            TlsSettings usual = TlsSettings.DEFAULT;
            var service = new TlsService(
                    new Place(plan.directory),
                    new TlsSettings(
                            usual.protocols(),
                            usual.ciphers(),
                            trust,
                            plan.clientRoots.isPresent() ? List.of("test") : List.of(),
                            List.of(),
                            plan.clientRoots));
            await("the node's own certificate", () -> service.available("test"));
            encryption = Optional.of(service);
            return service;
        } catch (IOException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the node knows of itself. */
    private record Place(Path data) implements Node {
        @Override
        public String hostname() {
            return "node.example";
        }

        @Override
        public String instance() {
            return "test";
        }

        @Override
        public Path home() {
            return data;
        }

        @Override
        public String version() {
            return "test";
        }

        @Override
        public Instant started() {
            return Instant.EPOCH;
        }

        @Override
        public Duration stopTimeout() {
            return Duration.ofSeconds(5);
        }
    }

    private int openPort() {
        try {
            return switch (listeners.awaitSettled(List.of("test")).get("test")) {
                case Listeners.State.Open open -> open.endpoint().port();
                case Listeners.State other -> throw new IllegalStateException("the listener does not open: " + other);
            };
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // -- plugins ------------------------------------------------------------------------------------------------------

    private void come(String name, Object plugin) {
        for (Class<?> type : HOOKS) {
            if (type.isInstance(plugin)) {
                joinAs(type, name, plugin);
            }
        }
        if (!present.containsKey(name)) {
            throw new IllegalArgumentException(name + " is a plugin of no hook point: " + plugin.getClass());
        }
    }

    private <T> void joinAs(Class<T> type, String name, Object plugin) {
        join(type, name, type.cast(plugin));
    }

    private <T> void join(Class<T> type, String name, T plugin) {
        var properties = Map.of("mta.plugin", name, "mta.named", name);
        present.computeIfAbsent(name, _ -> new ArrayList<>()).add(hooks.register(type, plugin, properties));
    }

    /** The plugin goes away, as when its bundle is stopped; its bindings stay. Returns when no call is in it any more. */
    public void remove(String name) {
        plan.plugins.remove(name);
        leave(present.remove(name));
    }

    /** Puts another plugin in the place of one while mail flows: the new one comes first, then the old one leaves. */
    public void swap(String name, Object successor) {
        List<AutoCloseable> old = present.remove(name);
        plan.plugins.put(name, successor);
        come(name, successor);
        leave(old);
    }

    /**
     * Replaces a plugin again and again while mail flows, and says what became of the mail: nothing may be lost, doubled
     * or refused. The node must deliver everything, so it has to have a transport or a peer that takes all.
     *
     * @param successor makes the next version
     * @param swaps how many
     */
    public LoadReport swapWhileLoaded(String name, Supplier<?> successor, int swaps) {
        try (var load = new Load(this, 4)) {
            for (int i = 0; i < swaps; i++) {
                long before = load.accepted();
                swap(name, successor.get());
                await(
                        "mail goes on",
                        () -> load.accepted() > before + 4 || !load.refusals().isEmpty());
            }
            load.stop();
            await("the queue is empty", () -> queued() == 0);
            return load.report();
        }
    }

    private static void leave(List<AutoCloseable> registrations) {
        for (AutoCloseable registration : registrations) {
            try {
                registration.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // -- mail ---------------------------------------------------------------------------------------------------------

    public int port() {
        return port;
    }

    /** A way in besides SMTP, for plugins that make mail. */
    public Intake intake() {
        return intake;
    }

    /** Sends a small message and returns the last reply: to the content, or the first that refused it. */
    public String send(String sender, String... recipients) {
        var lines = new ArrayList<String>(List.of("EHLO client.example", "MAIL FROM:<" + sender + ">"));
        for (String recipient : recipients) {
            lines.add("RCPT TO:<" + recipient + ">");
        }
        lines.add("DATA");
        lines.add("Subject: test\r\nFrom: <" + sender + ">\r\n\r\nHello\r\n.");
        return talk(lines.toArray(String[]::new)).getLast();
    }

    /** Says one command after the other, each after the reply to the one before; ends after the first refusal. */
    public List<String> talk(String... commands) {
        var replies = new ArrayList<String>();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            replies.add(reply(in));
            for (String command : commands) {
                if (replies.getLast().charAt(0) > '3') {
                    return replies;
                }
                out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
                replies.add(reply(in));
            }
            out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            return replies;
        } catch (IOException e) {
            throw new IllegalStateException("after " + replies, e);
        }
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("the node has closed the connection");
        }
        return line;
    }

    // -- time ---------------------------------------------------------------------------------------------------------

    /** Moves the time; what is due then happens soon after, on the node's threads. */
    public void advance(Duration time) {
        plan.clock.advance(time);
    }

    public Instant now() {
        return plan.clock.instant();
    }

    /** Waits until it holds, with a generous limit. */
    public void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain: " + what + "; queued: " + queued() + ", records: " + records);
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // -- what became of it --------------------------------------------------------------------------------------------

    /** Entries in the queue: one for each destination of a message. */
    public int queued() {
        return dispatch.index().size();
    }

    /** What an operator can see and do. */
    public Operations operations() {
        return new Operations(dispatch);
    }

    /** The records of one kind so far, in their order. */
    public <T extends LogRecord> List<T> records(Class<T> kind) {
        return records.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // -- life ---------------------------------------------------------------------------------------------------------

    /** Stops in order and starts again on the same spool, with the same plugins; on another port. */
    public void restart() {
        close();
        open();
    }

    @Override
    public void close() {
        try {
            listeners.drain(Instant.now().plusSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.stop();
        bus.close();
        hooks.close();
        encryption.ifPresent(TlsService::close);
        tcp.close();
        present.clear();
    }
}
