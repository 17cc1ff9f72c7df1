package mta.smtp.client;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import mta.core.drivers.DriverCall;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Credentials;
import mta.plugins.api.delivery.Greeting;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.TlsFor.Mode;

/**
 * From an address to a connection that is ready for mail: dial, greeting, EHLO, STARTTLS, AUTH. Top to bottom on the thread
 * that opens the channel; used once.
 */
final class Opening {

    /** What an Io may take beyond the time that it was told of, before it is interrupted. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final Connector connector;
    private final ClientSettings settings;
    private final Path path;
    private final Hop hop;
    private final Pin pin;
    private final Optional<InetAddress> address;
    private final String peer;
    private final Duration patience;

    private Instant begun = Instant.now();
    private Conversation talk;
    private Offer offer = Offer.NONE;
    private String waiting = "the greeting";

    /** @param address of the hop; empty where it is a socket in the file system */
    Opening(Connector connector, Path path, Hop hop, Optional<InetAddress> address, Pin pin) {
        this.connector = connector;
        this.settings = connector.settings;
        this.path = path;
        this.hop = hop;
        this.pin = pin;
        this.address = address;
        this.patience = path.settings().commandTimeout();
        this.peer = address.map(one -> peer(hop, one)).orElse(hop.host());
    }

    private static String peer(Hop hop, InetAddress address) {
        String shown = address instanceof Inet6Address ? "IPv6:" + address.getHostAddress() : address.getHostAddress();
        return (hop.host().equals(address.getHostAddress()) ? "" : hop.host()) + "[" + shown + "]:" + hop.port();
    }

    SmtpConnection run() throws HopFailure {
        Mode mode = tlsMode();
        try {
            return connect(mode);
        } catch (HandshakeFailure e) {
            if (mode != Mode.OPPORTUNISTIC || !settings.tlsFallback()) {
                throw new HopFailure(
                        Reply.of(451, "4.7.5", "TLS with " + peer + " failed: " + Explanation.cause(e)), "failed");
            }
        }
        try {
            // What was said after a failed handshake is lost on both sides: a new connection, without STARTTLS.
            begun = Instant.now();
            return connect(Mode.NONE);
        } catch (HandshakeFailure e) {
            throw new IllegalStateException("a handshake without STARTTLS", e);
        }
    }

    private Mode tlsMode() throws HopFailure {
        if (address.isEmpty()) {
            return Mode.NONE; // it does not leave the machine
        }
        try {
            return connector
                    .policies
                    .find(new TlsFor(path.site(), hop.host()))
                    .orElse(path.settings().tls());
        } catch (Unresolved e) {
            throw new HopFailure(
                    Reply.of(451, "4.7.5", "whether " + hop.host() + " needs TLS could not be told: " + e.getMessage()),
                    "failed");
        }
    }

    private SmtpConnection connect(Mode mode) throws HopFailure, HandshakeFailure {
        Wire wire = dial();
        try {
            talk = new Conversation(wire, patience);
            waiting = "the greeting";
            Reply banner = positive(talk.read());
            hello();
            connector.ask(
                    connector.stages.greeted(),
                    path,
                    pin,
                    (plugin, _) -> plugin.greeted(path, hop, new Greeting(banner, offer.lines())));
            secure(mode);
            boolean authenticated = authenticate();
            return new SmtpConnection(connector, path, hop, peer, talk, offer, authenticated, begun);
        } catch (HopFailure e) {
            giveUp(wire, e.end(), e.reply().toString());
            throw e;
        } catch (HandshakeFailure e) {
            giveUp(wire, "failed", "TLS handshake: " + Explanation.cause(e));
            throw e;
        } catch (IOException e) {
            Reply reply = Explanation.broken(peer, waiting, patience, e);
            giveUp(wire, Explanation.end(e), reply.toString());
            throw new HopFailure(reply, Explanation.end(e));
        } catch (RuntimeException e) {
            giveUp(wire, "failed", e.toString());
            throw e;
        }
    }

    private void giveUp(Wire wire, String end, String detail) {
        try {
            wire.close();
        } catch (IOException e) {
            // It is gone one way or the other.
        }
        connector.record(path, peer, talk, 0, begun, end, detail);
    }

    private Wire dial() throws HopFailure {
        Duration timeout = path.settings().connectTimeout();
        Endpoint to = endpoint();
        try {
            Io io = connector
                    .io
                    .driver(pin, to.scheme())
                    .orElseThrow(() -> new IOException("there is no Io for " + to.scheme()));
            return new DriverCall(connector.records, "Io", to.scheme(), "tempfail", timeout.plus(LATE), this::goOn)
                    .run(
                            "dial",
                            () -> io.dial(
                                    to,
                                    address.isEmpty()
                                            ? Optional.empty()
                                            : path.source().address(),
                                    timeout));
        } catch (DriverCall.Failed e) {
            Reply reply = Reply.of(451, "4.3.0", "Cannot connect to " + peer + ": io " + to.scheme() + " failed");
            connector.record(path, peer, null, 0, begun, "failed", e.getMessage());
            throw new HopFailure(reply, "failed");
        } catch (IOException e) {
            Reply reply = Explanation.notConnected(peer, timeout, e);
            connector.record(path, peer, null, 0, begun, Explanation.end(e), reply.toString());
            throw new HopFailure(reply, Explanation.end(e));
        }
    }

    /** Only the owner of the channel can give this thread up: the queue does, by its own limit. */
    private void goOn() {}

    private Endpoint endpoint() {
        if (address.isEmpty()) {
            return Endpoint.parse(hop.host());
        }
        String host = address.get().getHostAddress();
        return path.source().proxy().map(proxy -> through(proxy, host)).orElseGet(() -> Endpoint.tcp(host, hop.port()));
    }

    /** The proxy's Io finds the host that is to be reached in the options {@code host} and {@code port}. */
    private Endpoint through(Endpoint proxy, String host) {
        var options = new HashMap<>(proxy.options());
        options.put("host", host);
        options.put("port", Integer.toString(hop.port()));
        return new Endpoint(proxy.scheme(), proxy.host(), proxy.port(), options);
    }

    private void hello() throws IOException, HopFailure {
        String name = path.source().helo().orElse(settings.helo());
        String hello = connector.protocol.hello();
        waiting = "the reply to " + hello;
        Reply reply = talk.command(hello + " " + name);
        if (reply.isPermanent() && connector.protocol == Protocol.SMTP) {
            // RFC 5321 section 3.2: a server without extensions.
            waiting = "the reply to HELO";
            positive(talk.command("HELO " + name));
            offer = Offer.NONE;
            return;
        }
        offer = Offer.of(positive(reply), settings.ignoredKeywords());
    }

    /** 2xx, or the next host is tried. */
    private Reply positive(Reply reply) throws HopFailure {
        if (reply.code() >= 200 && reply.code() < 300) {
            return reply;
        }
        if (reply.code() < 400) {
            throw new HopFailure(Reply.of(451, "4.5.0", peer + " answered out of turn: " + reply), "failed");
        }
        throw new HopFailure(reply, "refused");
    }

    private void secure(Mode mode) throws IOException, HopFailure {
        if (mode == Mode.NONE) {
            return;
        }
        boolean optional = mode == Mode.OPPORTUNISTIC;
        if (!offer.has("STARTTLS")) {
            if (!optional) {
                throw new HopFailure(
                        Reply.of(451, "4.7.4", "TLS is required, but " + peer + " does not offer it"), "failed");
            }
            return;
        }
        waiting = "the reply to STARTTLS";
        Reply reply = talk.command("STARTTLS");
        if (reply.code() != 220) {
            if (reply.code() == 421 || !optional) {
                throw new HopFailure(
                        Reply.of(451, "4.7.4", "TLS is wanted, but " + peer + " refused STARTTLS: " + reply), "failed");
            }
            return;
        }
        if (talk.hasMore()) {
            // Octets in plain text behind the 220 would be read as if they had come under TLS (response injection).
            throw new HopFailure(
                    Reply.of(451, "4.7.5", peer + " sent plain text after the reply to STARTTLS"), "failed");
        }
        handshake(mode == Mode.VERIFIED);
        // What was offered in plain text may have been forged (RFC 3207 section 4.2).
        hello();
        connector.ask(
                connector.stages.secured(),
                path,
                pin,
                (plugin, _) -> plugin.secured(path, hop, talk.tls().orElseThrow()));
    }

    private void handshake(boolean verify) throws IOException {
        Wire secured;
        try {
            secured = connector.tls.connect(
                    talk.wire(), hop.host(), verify, settings.tlsProtocols(), settings.handshakeTimeout());
        } catch (IOException e) {
            throw new HandshakeFailure(e);
        }
        talk = new Conversation(secured, patience);
    }

    private boolean authenticate() throws IOException, HopFailure {
        Optional<Credentials> found = credentials();
        if (found.isEmpty()) {
            return false;
        }
        Credentials credentials = found.get();
        String mechanism = credentials.mechanism().toUpperCase(Locale.ROOT);
        if (talk.tls().isEmpty()) {
            throw new HopFailure(
                    Reply.of(451, "4.7.11", "credentials are sent under TLS only, and " + peer + " has none"),
                    "failed");
        }
        if (!offer.authenticates(mechanism)) {
            throw new HopFailure(Reply.of(451, "4.7.4", peer + " does not offer AUTH " + mechanism), "failed");
        }
        waiting = "the reply to AUTH";
        Reply reply = switch (mechanism) {
            case "PLAIN" ->
                talk.command("AUTH PLAIN " + base64("\0" + credentials.user() + "\0" + credentials.password()));
            case "LOGIN" -> login(credentials);
            default ->
                throw new HopFailure(
                        Reply.of(451, "4.7.4", "AUTH " + mechanism + " is not known to this node"), "failed");
        };
        if (reply.code() != 235) {
            // Whether 4xx or 5xx: wrong credentials are our fault, and no reason to bounce anybody's mail.
            throw new HopFailure(Reply.of(454, "4.7.0", peer + " did not take the credentials: " + reply), "refused");
        }
        return true;
    }

    private Optional<Credentials> credentials() throws HopFailure {
        Selector selector = Stages.selector(path);
        if (!connector.stages.auth().bound(pin, selector)) {
            return Optional.empty();
        }
        try {
            return connector.stages.auth().resolve(pin, selector, (plugin, _) -> plugin.auth(path, hop));
        } catch (Unresolved e) {
            throw new HopFailure(
                    Reply.of(454, "4.7.0", "no credentials for " + hop.host() + " could be found: " + e.getMessage()),
                    "failed");
        }
    }

    private Reply login(Credentials credentials) throws IOException {
        Reply reply = talk.command("AUTH LOGIN");
        if (reply.code() == 334) {
            reply = talk.command(base64(credentials.user()));
        }
        return reply.code() == 334 ? talk.command(base64(credentials.password())) : reply;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
