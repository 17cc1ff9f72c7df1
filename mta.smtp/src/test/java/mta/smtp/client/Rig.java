package mta.smtp.client;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;
import mta.plugins.api.policy.TlsFor.Mode;
import mta.testkit.plugin.TestLookup;
import mta.testkit.plugin.TestMessage;
import mta.testkit.smtp.ScriptedServer;

/** A client with everything around it: hooks, DNS, policies, records. */
final class Rig implements AutoCloseable {

    final MapDns dns = new MapDns();
    final TestLookup policies = new TestLookup();
    final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final HookRunner hooks = new HookRunner(_ -> {}, InstantSource.system());
    private SSLContext trusted;
    private boolean chunking;
    private Mode tls = Mode.OPPORTUNISTIC;
    private int recipientsPerTransaction = 100;
    private int messagesPerConnection;
    private Duration commandTimeout = Duration.ofSeconds(30);
    private Duration finalTimeout = Duration.ofSeconds(30);
    private Set<String> ignored = Set.of();
    private Optional<InetAddress> from = Optional.empty();

    private final Optional<Tls> secure;

    Rig() {
        this(new SocketWire.Tcp(), Optional.empty());
    }

    Rig(Io tcp, Tls tls) {
        this(tcp, Optional.of(tls));
    }

    private Rig(Io tcp, Optional<Tls> tls) {
        secure = tls;
        hooks.register(Io.class, tcp, Map.of("mta.plugin", "tcp", "mta.named", "tcp"));
    }

    Rig tls(Mode mode) {
        tls = mode;
        return this;
    }

    Rig trusting(SSLContext context) {
        trusted = context;
        return this;
    }

    Rig chunking() {
        chunking = true;
        return this;
    }

    Rig recipientsPerTransaction(int limit) {
        recipientsPerTransaction = limit;
        return this;
    }

    Rig messagesPerConnection(int limit) {
        messagesPerConnection = limit;
        return this;
    }

    /** For replies: to commands, and to the end of a message. */
    Rig patience(Duration commands, Duration end) {
        commandTimeout = commands;
        finalTimeout = end;
        return this;
    }

    Rig ignoring(String... keywords) {
        ignored = Set.of(keywords);
        return this;
    }

    Rig from(InetAddress address) {
        from = Optional.of(address);
        return this;
    }

    Rig plugin(Delivery plugin, String... stages) {
        hooks.register(Delivery.class, plugin, Map.of("mta.plugin", "test"));
        hooks.bind(List.of(Binding.of("test", "test", "Delivery", stages)));
        return this;
    }

    ClientSettings settings() {
        var defaults = ClientSettings.defaults("client.example");
        return new ClientSettings(
                defaults.helo(),
                defaults.ownNames(),
                defaults.port(),
                defaults.addressOrder(),
                defaults.addressLimit(),
                defaults.minTtl(),
                defaults.maxTtl(),
                Duration.ofSeconds(20),
                defaults.blockTimeout(),
                finalTimeout,
                defaults.quitTimeout(),
                defaults.tlsProtocols(),
                defaults.tlsFallback(),
                chunking,
                ignored);
    }

    private Tls secure() {
        return secure.orElseGet(() -> new SocketWire.Client(trusted));
    }

    private Records bus() {
        return new Records() {
            @Override
            public void emit(LogRecord record) {
                records.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
    }

    List<Connection> connections() {
        var found = new ArrayList<Connection>();
        for (LogRecord record : records) {
            if (record instanceof Connection connection) {
                found.add(connection);
            }
        }
        return found;
    }

    SmtpTransport smtp() {
        return new SmtpTransport(settings(), hooks, dns, policies, secure(), bus());
    }

    LmtpTransport lmtp() {
        return new LmtpTransport(settings(), hooks, dns, policies, secure(), bus());
    }

    Path path(String transport) {
        return new Path(
                transport,
                "site.example",
                new Source("test", from, Optional.empty(), Optional.empty()),
                new PathSettings(
                        10,
                        messagesPerConnection,
                        recipientsPerTransaction,
                        0,
                        Duration.ofSeconds(30),
                        commandTimeout,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        tls));
    }

    static Hop hop(ScriptedServer server) {
        return hop("mx.example.com", server.port(), 10);
    }

    static Hop hop(String host, int port, int preference) {
        return new Hop(host, List.of(InetAddress.getLoopbackAddress()), port, preference);
    }

    Transport.Channel open(ScriptedServer server) throws IOException {
        return smtp().open(path("smtp"), List.of(hop(server)), hooks.pin());
    }

    Transport.Channel open(Hop... hops) throws IOException {
        return smtp().open(path("smtp"), List.of(hops), hooks.pin());
    }

    Transport.Channel openLmtp(ScriptedServer server) throws IOException {
        return lmtp().open(path("lmtp"), List.of(hop(server)), hooks.pin());
    }

    Pin pin() {
        return hooks.pin();
    }

    Attempt attempt(Message message) {
        return new Try(message, path("smtp"), hooks.pin());
    }

    List<Outcome> send(Transport.Channel channel, Message message) throws IOException {
        return channel.send(attempt(message));
    }

    private record Try(Message message, Path path, Pin pin) implements Attempt {

        @Override
        public int number() {
            return 1;
        }

        @Override
        public List<Recipient> recipients() {
            return message.envelope().recipients();
        }

        @Override
        public String tenant() {
            return "default";
        }

        @Override
        public String campaign() {
            return "";
        }

        @Override
        public String destination() {
            return "example.com";
        }
    }

    static TestMessage message(String... recipients) {
        TestMessage message = TestMessage.of("Subject: hi\n\nHello\n.dot\n").from("a@example.org");
        for (String recipient : recipients) {
            message.to(recipient);
        }
        return message;
    }

    /** {@code b@x DELIVERED 250 2.0.0 queued}, in the order of the message's recipients where it has one. */
    static List<String> shown(List<Outcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.recipient().address() + " "
                        + switch (outcome) {
                            case Outcome.Delivered _ -> "DELIVERED ";
                            case Outcome.Transient _ -> "TRANSIENT ";
                            case Outcome.Permanent _ -> "PERMANENT ";
                        }
                        + outcome.reply())
                .toList();
    }

    @Override
    public void close() {
        hooks.close();
    }
}
