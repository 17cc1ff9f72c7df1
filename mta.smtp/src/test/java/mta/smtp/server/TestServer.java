package mta.smtp.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Tls;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;
import mta.plugins.api.io.WrappedWire;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.log.Rejection;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;

/** A server with everything around it in memory. Accepts recipients at example.org unless told otherwise. */
final class TestServer {

    final TestHooks hooks = new TestHooks();
    final TestIntake intake = new TestIntake();
    final List<LogRecord> records = new CopyOnWriteArrayList<>();
    final Map<String, Object> settings = new HashMap<>();
    final Map<String, String> listenerSettings = new HashMap<>();
    volatile boolean stopping;
    volatile boolean tlsAvailable;
    volatile String closed = "";
    private SmtpServer.Flavour flavour = SmtpServer.Flavour.SMTP;

    static final TlsInfo TLS = new TlsInfo(
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);

    /** A plugin that takes mail for example.org. */
    static final class Relay implements Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            return recipient.address().domain().equals("example.org") ? Verdict.accept() : Verdict.next();
        }
    }

    TestServer() {
        hooks.plugin("relay", new Relay());
    }

    TestServer set(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    TestServer plugin(String name, Reception plugin) {
        hooks.plugin(name, plugin);
        return this;
    }

    TestServer lmtp() {
        flavour = SmtpServer.Flavour.LMTP;
        return this;
    }

    TestServer withTls() {
        tlsAvailable = true;
        return this;
    }

    /** User {@code bob@mydomain.tld} with the password {@code secret}. */
    TestServer withAuth(boolean plaintext) {
        hooks.driver("PLAIN", new Plain(plaintext));
        hooks.driver("LOGIN", new Login(plaintext));
        return this;
    }

    List<Rejection> rejections() {
        return records.stream()
                .filter(Rejection.class::isInstance)
                .map(Rejection.class::cast)
                .toList();
    }

    SmtpServer server() {
        var byListener = new SettingsByListener();
        byListener.put("default", Map.copyOf(settings));
        return new SmtpServer(
                flavour,
                new SmtpServer.Surroundings(
                        hooks,
                        intake,
                        new TestTls(),
                        new TestRecords(),
                        InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z")),
                        () -> "mx.example.org",
                        address ->
                                Optional.of("client-" + address.getHostAddress().replace('.', '-') + ".example"),
                        () -> closed,
                        byListener));
    }

    Listener listener() {
        return new TestListener(hooks.pin());
    }

    /** Everything that the client sends, one segment after the other; what the server answers. */
    String talk(String... segments) {
        var octets = new byte[segments.length][];
        for (int i = 0; i < segments.length; i++) {
            octets[i] = segments[i].getBytes(StandardCharsets.UTF_8);
        }
        return talk(octets);
    }

    String talk(byte[]... segments) {
        var wire = new ScriptedWire(segments);
        serve(wire);
        return wire.said.toString(StandardCharsets.UTF_8);
    }

    void serve(Wire wire) {
        Listener listener = listener();
        try {
            server().serve(wire, listener);
        } catch (IOException e) {
            throw new AssertionError("a session ends its own way", e);
        } finally {
            listener.pin().close();
        }
    }

    /** Gives the segments, one for each read, then the end; an empty segment is a read that times out. */
    static final class ScriptedWire implements Wire {

        private final ArrayDeque<byte[]> segments = new ArrayDeque<>();
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        int writes;
        boolean closed;
        Optional<TlsInfo> tls = Optional.empty();

        ScriptedWire(byte[]... segments) {
            this.segments.addAll(List.of(segments));
        }

        @Override
        public InputStream in() {
            return new InputStream() {
                private InputStream now = new ByteArrayInputStream(new byte[0]);

                @Override
                public int read() {
                    throw new AssertionError("octet by octet");
                }

                @Override
                public int read(byte[] octets, int from, int length) throws IOException {
                    int count = now.read(octets, from, length);
                    if (count > 0) {
                        return count;
                    }
                    byte[] next = segments.poll();
                    if (next == null) {
                        return -1;
                    }
                    if (next.length == 0) {
                        throw new SocketTimeoutException();
                    }
                    now = new ByteArrayInputStream(next);
                    return now.read(octets, from, length);
                }
            };
        }

        @Override
        public OutputStream out() {
            return new OutputStream() {
                @Override
                public void write(int octet) {
                    throw new AssertionError("octet by octet");
                }

                @Override
                public void write(byte[] octets, int from, int length) {
                    writes++;
                    said.write(octets, from, length);
                }
            };
        }

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress("127.0.0.1", 25);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress("192.0.2.7", 40_000);
        }

        @Override
        public Optional<TlsInfo> tls() {
            return tls;
        }

        @Override
        public void readTimeout(Duration timeout) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    /** The same stream, said to be encrypted. */
    private record Secured(Wire wire) implements WrappedWire {

        @Override
        public Optional<TlsInfo> tls() {
            return Optional.of(TLS);
        }
    }

    private final class TestTls implements Tls {

        @Override
        public boolean available(String listener) {
            return tlsAvailable;
        }

        @Override
        public Wire accept(Wire wire, String listener, Duration timeout) {
            return new Secured(wire);
        }

        @Override
        public Wire connect(Wire wire, String serverName, boolean verify, List<String> protocols, Duration timeout) {
            throw new UnsupportedOperationException();
        }
    }

    private final class TestRecords implements Records {

        @Override
        public void emit(LogRecord record) {
            records.add(record);
        }

        @Override
        public boolean wanted(String kind) {
            return true;
        }
    }

    private final class TestListener implements Listener {

        private final Pin pin;

        TestListener(Pin pin) {
            this.pin = pin;
        }

        @Override
        public String name() {
            return "mx";
        }

        @Override
        public Endpoint endpoint() {
            return Endpoint.tcp("127.0.0.1", 25);
        }

        @Override
        public Map<String, String> settings() {
            return listenerSettings;
        }

        @Override
        public Pin pin() {
            return pin;
        }

        @Override
        public boolean stopping() {
            return stopping;
        }
    }

    private static SaslMechanism.Step check(String user, String password) {
        return user.equals("bob@mydomain.tld") && password.equals("secret")
                ? new SaslMechanism.Step.Success(user)
                : new SaslMechanism.Step.Failure(user);
    }

    private record Plain(boolean plaintext) implements SaslMechanism {

        @Override
        public Exchange begin(Session session) {
            return (response, initial) -> {
                if (initial && response.length == 0) {
                    return new Step.Challenge(new byte[0]);
                }
                String[] words = new String(response, StandardCharsets.UTF_8).split("\0", -1);
                return words.length == 3 ? check(words[1], words[2]) : new Step.Failure("");
            };
        }
    }

    private record Login(boolean plaintext) implements SaslMechanism {

        @Override
        public Exchange begin(Session session) {
            return new Exchange() {
                private String user;

                @Override
                public Step step(byte[] response, boolean initial) {
                    if (initial && response.length == 0) {
                        return new Step.Challenge("Username:".getBytes(StandardCharsets.US_ASCII));
                    }
                    String text = new String(response, StandardCharsets.UTF_8);
                    if (user == null) {
                        user = text;
                        return new Step.Challenge("Password:".getBytes(StandardCharsets.US_ASCII));
                    }
                    return check(user, text);
                }
            };
        }
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
