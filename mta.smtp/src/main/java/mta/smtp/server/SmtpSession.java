package mta.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import mta.core.drivers.DriverCall;
import mta.plugins.api.Address;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.PeerCertificate;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.log.Rejection;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.smtp.AuthResult;
import mta.plugins.api.smtp.Close;
import mta.plugins.api.smtp.End;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.smtp.server.Parsed.Bad;
import mta.smtp.server.Parsed.Good;
import mta.smtp.wire.Cursor;
import mta.smtp.wire.Incoming;
import mta.smtp.wire.LineScanner;
import mta.smtp.wire.ReplyWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client, from greeting to close (RFC 5321). {@link #converse} is the loop: it reads, has a verb's
 * method make the reply, and writes; nobody else writes. Replies to pipelined commands go out together, just before the
 * session has to wait (RFC 2920).
 *
 * <p>Runs on the virtual thread of its connection; {@link #visit} is called by another one.
 */
final class SmtpSession {

    private static final Logger log = LoggerFactory.getLogger(SmtpSession.class);

    private static final EnhancedCode OK = EnhancedCode.parse("2.0.0");

    /** RFC 4954 section 4, with CRLF. */
    private static final int MAX_AUTH_LINE = 12_288 + 2;

    /** A line without end is passed over so far. */
    private static final long MAX_PASSED_OVER = 1 << 20;

    private static final Duration LINGER = Duration.ofMillis(300);
    private static final int MAX_LINGER_FILLS = 1_000;

    /** What the loop does next. */
    private enum Phase {
        /** Reads a command. */
        COMMAND,
        /** Reads a line of an AUTH exchange. */
        SASL,
        /** Reads the content, behind 354. */
        DATA,
        /** Reads a chunk, behind BDAT. */
        CHUNK,
        /** Negotiates TLS, behind the 220 to STARTTLS. */
        HANDSHAKE
    }

    /** Whose turn it is: while the session waits for a command, the one who watches over the sessions may step in. */
    private enum Turn {
        /** The session's. */
        BUSY,
        /** The session waits; anybody's. */
        IDLE,
        /** The watcher's, for a moment. */
        VISITED,
        /** The watcher has ended the session. */
        TAKEN
    }

    private final SmtpServer server;
    private final ReceptionStages stages;
    private final Listener listener;
    private final ServerSettings settings;
    private final Client client;
    private final Instant began;
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.BUSY);

    private volatile Wire wire;
    private Incoming in;
    private LineScanner lines;
    private ReplyWriter out;
    private Phase phase = Phase.COMMAND;
    private boolean closing;
    private Close why = Close.LOST;
    private EhloKeywords keywords = EhloKeywords.NONE;
    private EnvelopeArguments arguments = keywords.arguments(false);

    /** The open transaction; null while there is none. */
    private MailTransaction mail;

    /** What comes in behind DATA or the first BDAT; null before. */
    private MessageContent content;

    private long chunkLeft;
    private boolean chunkLast;
    private Optional<Reply> chunkRefusal = Optional.empty();

    private String mechanism = "";
    private SaslMechanism.Exchange exchange;
    private Optional<Reply> tlsRefusal = Optional.empty();

    private int errors;
    private int commands;
    private int authFailures;
    private int messages;
    private long readTimeoutMillis = -1;

    /** For the record of a refusal: where, who, what was wrong. */
    private String stage = "connect";

    private String binding = "";
    private String detail = "";

    SmtpSession(SmtpServer server, Wire wire, Listener listener, String id) throws IOException {
        this.server = server;
        this.stages = server.stages;
        this.wire = wire;
        this.listener = listener;
        settings = server.surroundings.settings().of(listener);
        boolean lmtp = server.flavour == SmtpServer.Flavour.LMTP;
        client = new Client(id, listener.name(), lmtp, wire.local(), wire.remote());
        client.tls = wire.tls();
        began = server.surroundings.clock().instant();
        in = new Incoming(wire.in());
        lines = new LineScanner(in);
        out = new ReplyWriter(wire.out());
    }

    void run() {
        try {
            listener.pin().onHang(this::cutOff);
            converse();
            out.flush();
            if (why != Close.QUIT) {
                linger();
            }
        } catch (SocketTimeoutException e) {
            if (!closing) {
                why = Close.TIMEOUT;
                farewell(Replies.TIMED_OUT);
            }
        } catch (IOException e) {
            detail = e instanceof EOFException ? "" : String.valueOf(e.getMessage());
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            log.error("session {} failed", client.session, e);
            why = Close.REFUSED;
            farewell(Replies.INTERNAL_ERROR);
        } finally {
            if (turn.get() == Turn.TAKEN) {
                why = Close.SHUTDOWN;
            }
            if (exchange != null) {
                recordAuthentication("", false); // hung up in the middle
            }
            endExchange();
            end(why == Close.QUIT ? End.RESET : End.LOST);
            if (stages.close.bound(pin(), client)) {
                stages.close.observe(pin(), client, (plugin, call) -> plugin.close(client.view(call), why));
            }
            in.release();
            cutOff(); // under TLS with close_notify (RFC 8446 section 6.1): the acceptor knows only the raw wire
            recordConnection();
        }
    }

    /**
     * Reads on for a moment: closing a socket that holds unread input resets the connection, and the client might never
     * see why it was closed.
     */
    private void linger() throws IOException {
        long since = System.nanoTime();
        for (int fills = 0; fills < MAX_LINGER_FILLS; fills++) {
            in.discard();
            fill(LINGER, since);
        }
    }

    private void converse() throws IOException {
        say(greet());
        while (!closing) {
            switch (phase) {
                case COMMAND -> {
                    if (mail == null) {
                        pin().renew();
                        if (listener.stopping()) {
                            why = Close.SHUTDOWN;
                            close(Replies.STOPPING);
                            continue;
                        }
                    }
                    switch (nextLine(settings.maxCommandLine())) {
                        case LINE -> command(lines.line());
                        case BARE -> badLine(Replies.BARE_LINE_END);
                        case TOO_LONG -> badLine(Replies.LINE_TOO_LONG);
                        case MORE -> close(Replies.FLOOD);
                    }
                }
                case SASL -> {
                    switch (nextLine(MAX_AUTH_LINE)) {
                        case LINE -> say(saslLine(lines.octets()));
                        case BARE -> say(saslFailed(Replies.BARE_LINE_END));
                        case TOO_LONG -> say(saslFailed(Replies.AUTH_LINE_TOO_LONG));
                        case MORE -> close(Replies.FLOOD);
                    }
                }
                case DATA -> {
                    for (Reply reply : receiveData()) {
                        say(reply);
                    }
                }
                case CHUNK -> {
                    for (Reply reply : receiveChunk()) {
                        say(reply);
                    }
                }
                case HANDSHAKE -> secure();
            }
        }
    }

    private void badLine(Reply reply) throws IOException {
        stage = "command";
        commands++;
        say(reply);
    }

    private void command(Cursor line) throws IOException {
        String verb = line.takeUpperWord();
        line.takeSpace();
        commands++;
        Reply reply = tlsRefusal.isPresent() ? closing(tlsRefusal.get()) : answer(verb, line);
        if (phase != Phase.CHUNK) {
            say(reply);
        }
        if (commands > settings.maxCommands() && phase == Phase.COMMAND) {
            close(Replies.TOO_MANY_COMMANDS);
        }
    }

    /** Dispatch: each verb's method takes its argument and returns the reply. */
    private Reply answer(String verb, Cursor in) {
        stage = verb.toLowerCase(Locale.ROOT);
        if (in.hasControl()) {
            stage = "command";
            detail = in.whole();
            return Replies.CONTROL_CHARACTER;
        }
        if (settings.requireTls() && client.tls.isEmpty() && !allowedInPlain(verb)) {
            return Replies.TLS_REQUIRED;
        }
        return switch (verb) {
            case "EHLO", "HELO", "LHLO" -> helo(verb, in);
            case "MAIL" -> mail(in);
            case "RCPT" -> rcpt(in);
            case "DATA" -> data(in);
            case "BDAT" -> bdat(in);
            case "STARTTLS" -> startTls(in);
            case "AUTH" -> auth(in);
            case "QUIT" -> quit(in);
            case "RSET", "NOOP", "VRFY", "HELP", "EXPN", "ETRN" -> other(verb, in, true);
            // Web browsers made to speak to mail servers by a page of somebody else's.
            case "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI" ->
                closing(Replies.NOT_HTTP);
            default -> other(verb, in, false);
        };
    }

    private static boolean allowedInPlain(String verb) {
        return switch (verb) {
            case "EHLO", "HELO", "LHLO", "NOOP", "QUIT", "STARTTLS" -> true;
            default -> false;
        };
    }

    // ---- the session ----

    private Reply greet() throws IOException {
        if (!settings.earlyTalkerDelay().isZero() && speaksFirst()) {
            return closing(Replies.EARLY_TALKER);
        }
        if (settings.reverseDns() && client.remote.getAddress() != null) {
            client.remoteName = server.surroundings.names().apply(client.remote.getAddress());
        }
        Optional<Reply> refusal = Optional.empty();
        if (stages.connect.bound(pin(), client)) {
            refusal =
                    refusal(stages.connect.decide(pin(), client, (plugin, call) -> plugin.connect(client.view(call))));
        }
        if (refusal.isEmpty() && client.tls.isPresent()) {
            refusal = tlsStage();
        }
        if (refusal.isPresent()) {
            // RFC 5321 section 3.1: 554, or 421 where it is worth trying again.
            Reply reply = refusal.get();
            return closing(new Reply(reply.isTransient() ? 421 : 554, reply.enhanced(), reply.lines()));
        }
        return Reply.of(220, hostname() + " " + settings.greeting());
    }

    private boolean speaksFirst() throws IOException {
        try {
            readTimeout(settings.earlyTalkerDelay().toMillis());
            if (!in.fill()) {
                throw new EOFException();
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private Reply helo(String verb, Cursor in) {
        stage = "helo";
        if (client.lmtp != verb.equals("LHLO")) {
            return client.lmtp ? Replies.LHLO_ONLY : Replies.UNKNOWN_COMMAND;
        }
        String name = in.rest();
        if (!isHeloName(name)) {
            detail = name;
            return Replies.BAD_HELO;
        }
        boolean extended = !verb.equals("HELO");
        var announced = extended ? new EhloKeywords(capabilities()) : new EhloKeywords(List.of());
        if (stages.helo.bound(pin(), client)) {
            Decision decision = stages.helo.decide(
                    pin(), client, (plugin, call) -> plugin.helo(client.view(call), name, announced.view(call)));
            Optional<Reply> refusal = refusal(decision);
            if (refusal.isPresent()) {
                return refusal.get();
            }
        }
        // RFC 5321 section 4.1.4: it is a RSET too.
        end(End.RESET);
        client.helo = Optional.of(name);
        client.extended = extended;
        announced(announced);
        if (!extended) {
            return Reply.of(250, hostname());
        }
        var text = new ArrayList<String>();
        text.add(hostname());
        text.addAll(announced.lines());
        return new Reply(250, EnhancedCode.NONE, text);
    }

    private void announced(EhloKeywords now) {
        keywords = now;
        arguments = now.arguments(client.user.isPresent());
    }

    /** A domain or literal; names that are none are let through while they cannot disturb a header field. */
    private static boolean isHeloName(String name) {
        return !name.isEmpty()
                && name.length() <= 255
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".-_:[]".indexOf(c) >= 0);
    }

    private List<String> capabilities() {
        var all = new ArrayList<String>();
        all.add("PIPELINING");
        all.add(settings.maxMessageSize() == ServerSettings.UNLIMITED ? "SIZE" : "SIZE " + settings.maxMessageSize());
        all.add("8BITMIME");
        all.add("SMTPUTF8");
        all.add("ENHANCEDSTATUSCODES");
        all.add("DSN");
        all.add("CHUNKING");
        if (!settings.withhold().contains("CHUNKING")) {
            all.add("BINARYMIME");
        }
        if (client.tls.isPresent()) {
            all.add("REQUIRETLS");
        } else if (startTlsOffered()) {
            all.add("STARTTLS");
        }
        String mechanisms = client.user.isPresent() ? "" : mechanisms();
        if (!mechanisms.isEmpty()) {
            all.add("AUTH" + mechanisms);
        }
        all.add("MT-PRIORITY");
        all.add("LIMITS RCPTMAX=" + settings.maxRecipients()
                + (settings.maxMessages() > 0 ? " MAILMAX=" + settings.maxMessages() : ""));
        all.removeIf(line -> settings.withhold().contains(line.split(" ", 2)[0]));
        return all;
    }

    private Reply quit(Cursor in) {
        if (!in.atEnd()) {
            return Replies.NO_ARGUMENT;
        }
        why = Close.QUIT;
        closing = true;
        return Replies.BYE;
    }

    /** Commands that plugins may carry out: unknown ones, and known ones before the server does. */
    private Reply other(String verb, Cursor in, boolean known) {
        stage = "command";
        if (stages.command.bound(pin(), client)) {
            var command = new CommandLine(verb, in.rest(), known);
            Decision decision = stages.command.decide(
                    pin(), client, (plugin, call) -> plugin.command(client.view(call), command.view(call)));
            Optional<Reply> refusal = refusal(decision);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            if (command.answer.isPresent() && decision.verdict() instanceof Verdict.Accept) {
                return command.answer.get();
            }
        }
        return switch (verb) {
            case "RSET" -> rset(in);
            case "NOOP" -> Replies.OK;
            // RFC 5321 section 3.5.3: whether a mailbox exists is nobody's business.
            case "VRFY" -> Replies.CANNOT_VERIFY;
            case "HELP" -> Replies.HELP;
            case "EXPN", "ETRN" -> Replies.NOT_IMPLEMENTED;
            default -> {
                detail = in.whole();
                yield Replies.UNKNOWN_COMMAND;
            }
        };
    }

    private Reply rset(Cursor in) {
        if (!in.atEnd()) {
            return Replies.NO_ARGUMENT;
        }
        end(End.RESET);
        return Replies.OK;
    }

    // ---- TLS ----

    private boolean startTlsOffered() {
        return !"none".equals(listener.settings().get("tls"))
                && server.surroundings.tls().available(listener.name())
                && !settings.withhold().contains("STARTTLS");
    }

    private Reply startTls(Cursor argument) {
        if (!argument.atEnd()) {
            return Replies.NO_ARGUMENT;
        }
        if (client.tls.isPresent()) {
            return Replies.TLS_ALREADY;
        }
        if (mail != null) {
            return Replies.NOT_IN_TRANSACTION;
        }
        if (!startTlsOffered()) {
            return Replies.TLS_UNAVAILABLE;
        }
        if (!in.isEmpty()) {
            // Command injection (CVE-2011-0411): what an attacker puts behind STARTTLS in plain text must not be
            // taken for a command of the client's that came encrypted.
            detail = in.available() + " octets behind STARTTLS";
            in.discard();
            return closing(Replies.INJECTION);
        }
        phase = Phase.HANDSHAKE;
        return Replies.START_TLS;
    }

    private void secure() throws IOException {
        out.flush();
        wire = server.surroundings.tls().accept(wire, listener.name(), settings.tlsTimeout());
        readTimeoutMillis = -1;
        in.release();
        in = new Incoming(wire.in());
        lines = new LineScanner(in);
        out.to(wire.out());
        client.forget();
        client.tls = wire.tls();
        announced(EhloKeywords.NONE);
        tlsRefusal = tlsStage();
        phase = Phase.COMMAND;
    }

    private Optional<Reply> tlsStage() {
        client.tls.flatMap(TlsInfo::certificate).ifPresent(this::recordCertificate);
        if (!stages.tls.bound(pin(), client)) {
            return Optional.empty();
        }
        stage = "tls";
        var tls = client.tls.orElseThrow();
        Decision decision = stages.tls.decide(pin(), client, (plugin, call) -> plugin.tls(client.view(call), tls));
        binding = decision.binding();
        return decision.verdict() instanceof Verdict.Refuse refuse ? Optional.of(refuse.reply()) : Optional.empty();
    }

    // ---- AUTH (RFC 4954) ----

    /** Those that may be used now, with a space before each. */
    private String mechanisms() {
        if (settings.auth() == ServerSettings.AuthMode.NONE) {
            return "";
        }
        var names = new StringBuilder();
        server.mechanisms.drivers(pin()).stream().sorted().forEach(name -> {
            var driver = server.mechanisms.driver(pin(), name);
            if (driver.isPresent() && offered(driver.get(), name)) {
                names.append(' ').append(name);
            }
        });
        return names.toString();
    }

    private boolean offered(SaslMechanism driver, String name) {
        try {
            return calling(name)
                    .run("usable", () -> (client.tls.isPresent() || !driver.plaintext()) && usable(driver, name));
        } catch (IOException | DriverCall.Failed e) {
            log.warn("session {}: AUTH {} is not offered", client.session, name, e);
            return false;
        }
    }

    private boolean usable(SaslMechanism driver, String name) {
        return driver.usable(client.view(new OwnCall(name)));
    }

    /** A mechanism may take as long as a client has to say something: after that nobody is there for its answer. */
    private DriverCall calling(String name) {
        return new DriverCall(records(), "SaslMechanism", name, "tempfail", settings.commandTimeout(), this::cutOff);
    }

    private Reply auth(Cursor argument) {
        if (settings.auth() == ServerSettings.AuthMode.NONE
                || settings.withhold().contains("AUTH")) {
            return Replies.NOT_IMPLEMENTED;
        }
        if (client.user.isPresent()) {
            return Replies.AUTH_ALREADY;
        }
        if (mail != null) {
            return Replies.NOT_IN_TRANSACTION;
        }
        String name = argument.takeUpperWord();
        argument.takeSpace();
        String initial = argument.rest();
        if (name.isEmpty() || initial.indexOf(' ') >= 0) {
            return Replies.AUTH_SYNTAX;
        }
        var driver = server.mechanisms.driver(pin(), name);
        if (driver.isEmpty()) {
            detail = name;
            return Replies.AUTH_UNKNOWN;
        }
        mechanism = name;
        DriverCall call = calling(name);
        try {
            if (client.tls.isEmpty() && call.run("plaintext", driver.get()::plaintext)) {
                return Replies.AUTH_NEEDS_TLS;
            }
            if (!call.run("usable", () -> usable(driver.get(), name))) {
                detail = name;
                return Replies.AUTH_UNKNOWN;
            }
            exchange = call.run("begin", () -> driver.get().begin(client.view(new OwnCall(name))));
        } catch (IOException | DriverCall.Failed e) {
            return saslTrouble(e);
        }
        return switch (initial) {
            case "" -> step(() -> exchange.step(new byte[0], true));
            case "=" -> step(exchange::emptyResponse);
            default -> decodedStep(initial.getBytes(ISO_8859_1), true);
        };
    }

    private Reply saslLine(byte[] line) {
        stage = "auth";
        if (line.length == 1 && line[0] == '*') {
            // A challenge may have said already that it failed (RFC 7628 section 3.2.3): to cancel is to have tried.
            countAuthFailure("");
            return saslFailed(Replies.AUTH_CANCELLED);
        }
        return decodedStep(line, false);
    }

    private Reply decodedStep(byte[] base64, boolean initial) {
        byte[] response;
        try {
            response = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            detail = e.getMessage();
            return saslFailed(Replies.AUTH_BASE64);
        }
        return step(() -> exchange.step(response, initial));
    }

    private Reply step(Callable<Step> next) {
        Step step;
        try {
            step = calling(mechanism).run("step", next);
        } catch (IOException | DriverCall.Failed e) {
            return saslTrouble(e);
        }
        return switch (step) {
            case Step.Challenge challenge -> {
                phase = Phase.SASL;
                yield Reply.of(334, Base64.getEncoder().encodeToString(challenge.data()));
            }
            case Step.Success success -> authenticated(success.user());
            case Step.Failure failure -> notAuthenticated(failure.user());
        };
    }

    private Reply authenticated(String user) {
        Optional<Reply> refusal = authStage(user, true);
        if (refusal.isPresent()) {
            countAuthFailure(user);
            return saslFailed(refusal.get());
        }
        client.user = Optional.of(user);
        client.mechanism = Optional.of(mechanism);
        announced(keywords);
        recordAuthentication(user, true);
        endExchange();
        phase = Phase.COMMAND;
        return Replies.AUTHENTICATED;
    }

    private Reply notAuthenticated(String user) {
        Optional<Reply> refusal = authStage(user, false);
        countAuthFailure(user);
        detail = mechanism + " " + user;
        return saslFailed(refusal.orElse(Replies.AUTH_FAILED));
    }

    private void countAuthFailure(String user) {
        authFailures++;
        recordAuthentication(user, false);
    }

    private Optional<Reply> authStage(String user, boolean success) {
        if (!stages.auth.bound(pin(), client)) {
            return Optional.empty();
        }
        var result = new AuthResult(mechanism, user, success);
        return refusal(stages.auth.decide(pin(), client, (plugin, call) -> plugin.auth(client.view(call), result)));
    }

    private Reply saslTrouble(Throwable e) {
        log.warn("session {}: AUTH {} failed", client.session, mechanism, e);
        detail = e.toString();
        return saslFailed(Replies.AUTH_TROUBLE);
    }

    private Reply saslFailed(Reply reply) {
        stage = "auth";
        endExchange();
        if (phase == Phase.SASL) {
            phase = Phase.COMMAND;
        }
        return reply;
    }

    private void endExchange() {
        if (exchange != null) {
            try {
                calling(mechanism).run("close", () -> {
                    exchange.close();
                    return true;
                });
            } catch (IOException | DriverCall.Failed e) {
                log.warn("session {}: the end of AUTH {} failed", client.session, mechanism, e);
            }
            exchange = null;
        }
    }

    // ---- the transaction ----

    private Reply mail(Cursor in) {
        if (client.helo.isEmpty() && settings.requireHelo()) {
            return Replies.HELO_FIRST;
        }
        if (mail != null) {
            return Replies.NESTED_MAIL;
        }
        if (client.user.isEmpty() && settings.auth() == ServerSettings.AuthMode.REQUIRED) {
            return Replies.AUTH_REQUIRED;
        }
        if (settings.maxMessages() > 0 && messages >= settings.maxMessages()) {
            return closing(Replies.TOO_MANY_MESSAGES);
        }
        return switch (arguments.mail(in)) {
            case Bad<Sender> bad -> {
                detail = in.whole();
                yield bad.reply();
            }
            case Good<Sender> good -> begin(good.value());
        };
    }

    private Reply begin(Sender sender) {
        client.sender = sender.address();
        client.utf8 = sender.smtpUtf8();
        if (sender.size().orElse(0) > settings.maxMessageSize()) {
            detail = "SIZE=" + sender.size().getAsLong();
            return reset(Replies.TOO_LARGE);
        }
        String closed = server.surroundings.closed().get();
        if (!closed.isEmpty()) {
            return reset(Reply.of(452, "4.3.1", closed));
        }
        var origin = new Intake.Origin(
                Cause.RECEIVED, client.listener, client.protocol(), client.address(), client.remoteName, client.user);
        Pin pin = server.surroundings.hooks().pin(pin());
        pin.onHang(this::cutOff);
        var draft = server.surroundings.intake().open(origin, new Envelope(sender, List.of()), pin);
        mail = new MailTransaction(draft, pin, sender);
        client.transaction = draft.id();
        if (stages.mail.bound(pin, client)) {
            Decision decision =
                    stages.mail.decide(pin, client, (plugin, call) -> plugin.mail(mail.view(client, call), sender));
            Optional<Reply> refusal = refusal(decision).map(this::deferred);
            if (refusal.isPresent()) {
                return refused(refusal.get());
            }
        }
        return Replies.SENDER_OK;
    }

    private Reply reset(Reply reply) {
        end(End.RESET);
        return reply;
    }

    private Reply rcpt(Cursor in) {
        if (mail == null) {
            return Replies.MAIL_FIRST;
        }
        if (content != null) {
            return Replies.BDAT_BEGUN;
        }
        if (mail.accepted.size() >= settings.maxRecipients()) {
            detail = mail.accepted.size() + " recipients";
            return Replies.TOO_MANY_RECIPIENTS;
        }
        return switch (arguments.rcpt(in, mail.sender().smtpUtf8())) {
            case Bad<Recipient> bad -> {
                detail = in.whole();
                yield bad.reply();
            }
            case Good<Recipient> good -> {
                client.recipient = good.value().address();
                yield rcpt(good.value());
            }
        };
    }

    private Reply rcpt(Recipient recipient) {
        mail.asked = true;
        mail.replacement = Optional.empty();
        Optional<MailTransaction.Said> pendingForMessage = mail.pending;
        Optional<Reply> deferralForMessage = mail.deferral;
        mail.pending = Optional.empty();
        Decision decision = Decision.NEXT;
        if (stages.rcpt.bound(mail.pin, client)) {
            decision = stages.rcpt.decide(
                    mail.pin, client, (plugin, call) -> plugin.rcpt(mail.view(client, call), recipient));
        }
        Optional<Reply> refusal = refusal(decision);
        if (refusal.isEmpty() && decision.verdict() instanceof Verdict.Next) {
            // Closed unless somebody opens it: a server without plugins is no open relay.
            refusal = Optional.of(Replies.RELAYING_DENIED);
        }
        refusal = refusal.or(this::pending).map(this::deferred);
        mail.pending = pendingForMessage;
        mail.deferral = deferralForMessage;
        if (refusal.isPresent()) {
            Reply reply = refusal.get();
            if (stages.rcptRefused.bound(mail.pin, client)) {
                stages.rcptRefused.observe(
                        mail.pin,
                        client,
                        (plugin, call) -> plugin.rcptRefused(mail.view(client, call), recipient, reply));
            }
            return reply;
        }
        commands--;
        mail.accepted.add(recipient.address());
        mail.replacement.orElse(List.of(recipient)).forEach(mail::add);
        return Replies.RECIPIENT_OK;
    }

    private Reply data(Cursor in) {
        if (!in.atEnd()) {
            return Replies.NO_ARGUMENT;
        }
        if (mail == null) {
            return Replies.MAIL_FIRST;
        }
        if (content != null) {
            return Replies.BDAT_BEGUN;
        }
        if (mail.sender().body() == BodyType.BINARY_MIME) {
            return Replies.BINARY_NEEDS_BDAT;
        }
        Optional<Reply> refusal = beginContent(true);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        phase = Phase.DATA;
        return Replies.GO_AHEAD;
    }

    /** The stage data; then all is ready for the content. */
    private Optional<Reply> beginContent(boolean dotted) {
        if (mail.accepted.isEmpty()) {
            return Optional.of(mail.asked ? Replies.NO_RECIPIENTS : Replies.RCPT_FIRST);
        }
        if (stages.data.bound(mail.pin, client)) {
            Decision decision =
                    stages.data.decide(mail.pin, client, (plugin, call) -> plugin.data(mail.view(client, call)));
            Optional<Reply> refusal = refusal(decision).map(this::deferred);
            if (refusal.isPresent()) {
                return Optional.of(refused(refusal.get()));
            }
        }
        mail.handOver();
        Optional<StreamRun> stream = stages.stream.bound(mail.pin, client)
                ? Optional.of(new StreamRun(stages.stream, mail, client))
                : Optional.empty();
        boolean binary = mail.sender().body() == BodyType.BINARY_MIME;
        content = new MessageContent(settings, mail.draft.content(), dotted, binary, stream);
        return Optional.empty();
    }

    private List<Reply> receiveData() throws IOException {
        stage = "message";
        in.enlarge();
        try {
            while (!content.scanner.ended()) {
                if (in.isEmpty()) {
                    fill(settings.dataTimeout(), System.nanoTime());
                }
                feed(in.to());
                if (content.flooded() || content.tooSlow()) {
                    return List.of(closing(
                            content.flooded() ? content.fault(mail.sender()).get() : Replies.TOO_SLOW));
                }
            }
        } finally {
            in.reduce();
        }
        phase = Phase.COMMAND;
        return endOfContent();
    }

    private void feed(int to) {
        boolean inHeader = content.scanner.inHeader();
        int used = content.scanner.feed(in.array(), in.from(), to);
        in.consume(used - in.from());
        if (inHeader && !content.scanner.inHeader()) {
            endOfHeaders();
        }
    }

    // ---- BDAT (RFC 3030) ----

    /** The octets follow whatever the answer is, so the answer comes behind them. */
    private Reply bdat(Cursor in) {
        Optional<Long> size = in.takeNumber();
        in.takeSpace();
        boolean last = in.takeWord("LAST");
        in.takeSpace();
        if (size.isEmpty() || !in.atEnd()) {
            detail = in.whole();
            // Where the chunk ends cannot be told, and what is in it must not be read as commands.
            return closing(Replies.BDAT_SYNTAX);
        }
        chunkLeft = size.get();
        chunkLast = last;
        chunkRefusal = refuseChunk();
        if (chunkRefusal.isPresent() && chunkLeft > settings.maxMessageSize()) {
            return closing(chunkRefusal.get());
        }
        phase = Phase.CHUNK;
        return Replies.CHUNK_OK;
    }

    private Optional<Reply> refuseChunk() {
        if (!arguments.keywords().contains("CHUNKING")) {
            return Optional.of(Replies.NOT_IMPLEMENTED);
        }
        if (mail == null) {
            return Optional.of(Replies.MAIL_FIRST);
        }
        if (content == null) {
            Optional<Reply> refusal = beginContent(false);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        if (chunkLeft > settings.maxMessageSize() - content.scanner.size()) {
            detail = chunkLeft + " octets more";
            return Optional.of(refused(Replies.TOO_LARGE));
        }
        return Optional.empty();
    }

    private List<Reply> receiveChunk() throws IOException {
        stage = "message";
        in.enlarge();
        try {
            while (chunkLeft > 0) {
                if (in.isEmpty()) {
                    fill(settings.dataTimeout(), System.nanoTime());
                }
                int from = in.from();
                int to = (int) Math.min(in.to(), from + Math.min(chunkLeft, Integer.MAX_VALUE / 2));
                int before = to - from;
                if (chunkRefusal.isPresent()) {
                    in.consume(before);
                    chunkLeft -= before;
                    continue;
                }
                int available = in.available();
                feed(to);
                chunkLeft -= available - in.available();
                if (content.tooSlow()) {
                    return List.of(closing(Replies.TOO_SLOW));
                }
            }
        } finally {
            in.reduce();
        }
        phase = Phase.COMMAND;
        if (chunkRefusal.isPresent()) {
            return List.of(chunkRefusal.get());
        }
        if (!chunkLast) {
            return List.of(Replies.CHUNK_OK);
        }
        content.scanner.finish();
        return endOfContent();
    }

    // ---- the content ----

    private void endOfHeaders() {
        String missing = settings.addMissingHeaders() ? missingHeaders() : "";
        Instant now = server.surroundings.clock().instant();
        mail.trace(ReceivedField.of(client, hostname(), mail.draft.id(), mail.recipients(), now), missing);
        if (content.fault(mail.sender()).isPresent() || !stages.headers.bound(mail.pin, client)) {
            return;
        }
        Decision decision = stages.headers.decide(
                mail.pin, client, (plugin, call) -> plugin.headers(mail.view(client, call), mail.draft.message(call)));
        // The client hears of it when its data has ended.
        refusal(decision).map(this::deferred).ifPresent(content::refuse);
    }

    /** RFC 6409 section 8. */
    private String missingHeaders() {
        var missing = new StringBuilder();
        if (!content.hasHeader("Date")) {
            missing.append("Date: ")
                    .append(ReceivedField.date(server.surroundings.clock().instant()))
                    .append("\r\n");
        }
        if (!content.hasHeader("Message-ID")) {
            missing.append("Message-ID: <")
                    .append(mail.draft.id())
                    .append('@')
                    .append(hostname())
                    .append(">\r\n");
        }
        return missing.toString();
    }

    /** All has come: checks, hooks, then the draft is stored. One reply; in LMTP one for each recipient (RFC 2033). */
    private List<Reply> endOfContent() throws IOException {
        List<Address> owed = client.lmtp ? List.copyOf(mail.accepted) : List.of(client.recipient);
        if (!mail.traced()) {
            endOfHeaders();
        }
        Optional<Reply> fault = content.fault(mail.sender());
        Decision streamed = content.finishStream();
        if (fault.isPresent()) {
            closing |= content.scanner.bareEnd() && settings.closeOnBareLineEnds();
            detail = content.detail();
            return each(owed, refused(fault.get()), Map.of());
        }
        if (content.scanner.eightBitBody() && mail.sender().body() == BodyType.SEVEN_BIT) {
            // So that the next hop is told what it gets.
            mail.replaceSender(mail.sender().withBody(BodyType.EIGHT_BIT_MIME));
        }
        Optional<Reply> refusal = refusal(streamed);
        if (refusal.isEmpty() && stages.message.bound(mail.pin, client)) {
            refusal = refusal(stages.message.decide(
                    mail.pin,
                    client,
                    (plugin, call) -> plugin.message(mail.view(client, call), mail.draft.message(call))));
        }
        refusal = refusal.or(this::pending).map(this::deferred);
        if (refusal.isPresent()) {
            return each(owed, refused(refusal.get()), Map.of());
        }
        Map<Address, Reply> without = perRecipient();
        if (!client.lmtp && !without.isEmpty()) {
            // SMTP has one answer for all. The worst that can be tried again is given before what is final, so that
            // nobody's mail is lost or doubled.
            Reply worst = without.values().stream()
                    .filter(Reply::isTransient)
                    .findFirst()
                    .orElseGet(() -> without.values().iterator().next());
            return each(owed, refused(worst), Map.of());
        }
        return each(owed, commit(), without);
    }

    private static List<Reply> each(List<Address> owed, Reply reply, Map<Address, Reply> others) {
        return owed.stream().map(address -> others.getOrDefault(address, reply)).toList();
    }

    /** Those that are refused for themselves; they and the discarded ones are taken out. */
    private Map<Address, Reply> perRecipient() {
        var without = new LinkedHashMap<Address, Reply>();
        mail.refusedLater.forEach((recipient, said) -> {
            client.recipient = recipient;
            binding = said.binding();
            without.put(recipient, deferred(said.reply()));
            mail.remove(recipient);
        });
        if (!stages.perRecipient.bound(mail.pin, client)) {
            return without;
        }
        stage = "perRecipient";
        for (Recipient recipient : mail.recipients()) {
            client.recipient = recipient.address();
            Decision decision = stages.perRecipient.decide(
                    mail.pin,
                    client,
                    (plugin, call) ->
                            plugin.perRecipient(mail.view(client, call), mail.draft.message(call), recipient));
            switch (decision.verdict()) {
                case Verdict.Next _, Verdict.Accept _ -> {}
                case Verdict.Refuse refuse -> without.put(recipient.address(), deferred(refuse.reply()));
                case Verdict.Later later -> without.put(recipient.address(), later(later.reply()));
                case Verdict.Discard _, Verdict.Hold _ -> mail.remove(recipient);
            }
            if (without.containsKey(recipient.address())) {
                binding = decision.binding();
                mail.remove(recipient);
            }
        }
        return without;
    }

    private static Reply later(Reply reply) {
        return reply.isTransient() ? reply : Reply.of(451, "4.7.1", "Try again later");
    }

    private Reply commit() {
        Intake.Draft draft = mail.draft;
        if (mail.discard.isPresent() || mail.recipients().isEmpty()) {
            recordDiscard(mail.discard.orElse("no recipients"));
            return taken(End.DISCARDED, draft.id());
        }
        mail.hold.ifPresent(draft::hold);
        mail.notBefore.ifPresent(draft::notBefore);
        return switch (draft.commit()) {
            case Intake.Stored stored -> taken(End.COMMITTED, stored.id());
            case Intake.Dropped dropped -> taken(End.DISCARDED, dropped.id());
            case Intake.Refused refused -> refused(refused.reply());
        };
    }

    private Reply taken(End how, String id) {
        end(how);
        messages++;
        commands = 0;
        return Reply.of(250, OK, "Ok: queued as " + id);
    }

    private Reply refused(Reply reply) {
        end(End.REFUSED);
        return reply;
    }

    /** Ends the transaction, if one is open: once, whatever happens. */
    private void end(End how) {
        if (mail == null) {
            return;
        }
        MailTransaction ended = mail;
        MessageContent rest = content;
        mail = null;
        content = null;
        try {
            if (rest != null) {
                rest.finishStream();
            }
            if (stages.end.bound(ended.pin, client)) {
                stages.end.observe(ended.pin, client, (plugin, call) -> plugin.end(ended.view(client, call), how));
            }
        } catch (IOException e) {
            log.debug("session {}: interrupted at the end of a transaction", client.session, e);
        } finally {
            ended.draft.close();
            ended.pin.close();
        }
    }

    /** A refusal that was to be given only now. */
    private Optional<Reply> pending() {
        mail.pending.ifPresent(said -> binding = said.binding());
        return mail.pending.map(MailTransaction.Said::reply);
    }

    /** What is told instead of a refusal for good, if a plugin has wished so. */
    private Reply deferred(Reply refusal) {
        return refusal.isPermanent() && !closing ? mail.deferral.orElse(refusal) : refusal;
    }

    /** What a verdict means for the message; the reply if it is a refusal. */
    private Optional<Reply> refusal(Decision decision) {
        switch (decision.verdict()) {
            case Verdict.Next _, Verdict.Accept _ -> {}
            case Verdict.Hold hold -> mail.hold = Optional.of(hold.reason());
            case Verdict.Discard discard -> mail.discard = Optional.of(discard.reason());
            case Verdict.Later later -> mail.notBefore = Optional.of(later.when());
            case Verdict.Refuse refuse -> {
                binding = decision.binding();
                if (refuse.close()) {
                    closing(refuse.reply());
                }
                return Optional.of(refuse.reply());
            }
        }
        return Optional.empty();
    }

    // ---- reading and writing ----

    private LineScanner.Found nextLine(int max) throws IOException {
        long since = System.nanoTime();
        while (true) {
            // With an initial response AUTH may be as long as a line of its exchange: tokens are.
            LineScanner.Found found = lines.next(lines.begins("AUTH ") ? Math.max(max, MAX_AUTH_LINE) : max);
            if (found != LineScanner.Found.MORE || lines.passedOver() > MAX_PASSED_OVER) {
                return found;
            }
            if (mail == null && phase == Phase.COMMAND && in.isEmpty()) {
                fillWhileIdle(since);
            } else {
                fill(settings.commandTimeout(), since);
            }
        }
    }

    private void fillWhileIdle(long since) throws IOException {
        out.flush();
        turn.set(Turn.IDLE);
        try {
            fill(settings.commandTimeout(), since);
        } finally {
            while (!turn.compareAndSet(Turn.IDLE, Turn.BUSY)) {
                if (turn.get() == Turn.TAKEN) {
                    throw new EOFException();
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Waits for octets; before that, all that was said goes out. */
    private void fill(Duration limit, long sinceNanos) throws IOException {
        out.flush();
        long now = System.nanoTime();
        long left = limit.toNanos() - (now - sinceNanos);
        if (mail != null && !settings.transactionTimeout().isZero()) {
            left = Math.min(left, settings.transactionTimeout().toNanos() - (now - mail.beganNanos));
        }
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        // Whole seconds where it is long, so that it mostly stays as it is.
        long millis = left / 1_000_000;
        readTimeout(millis > 10_000 ? (millis / 1000 + 1) * 1000 : millis + 1);
        if (!in.fill()) {
            throw new EOFException();
        }
    }

    private void readTimeout(long millis) throws IOException {
        if (millis != readTimeoutMillis) {
            wire.readTimeout(Duration.ofMillis(millis));
            readTimeoutMillis = millis;
        }
    }

    private void say(Reply reply) throws IOException {
        Reply told = stages.reply.bound(pin(), client) ? rewritten(reply) : reply;
        out.write(told, client.utf8);
        if (told.code() >= 400) {
            recordRejection(told);
        }
        binding = "";
        detail = "";
        client.recipient = Address.NULL;
        if (mail == null) {
            client.transaction = "";
            client.sender = Address.NULL;
            client.utf8 = false;
        }
        if (told.isPermanent() && ++errors > settings.maxErrors() && !closing) {
            close(Replies.TOO_MANY_ERRORS);
        }
        if (authFailures >= settings.maxAuthFailures() && settings.maxAuthFailures() > 0 && !closing) {
            close(Replies.TOO_MANY_ERRORS);
        }
    }

    private Reply rewritten(Reply reply) {
        try {
            return stages.reply
                    .resolve(pin(), client, (plugin, call) -> plugin.reply(client.view(call), Optional.empty(), reply))
                    .filter(other -> other.code() / 100 == reply.code() / 100)
                    .orElse(reply);
        } catch (Unresolved e) {
            return reply;
        }
    }

    private void close(Reply reply) throws IOException {
        say(closing(reply));
    }

    /** This reply is the last one. */
    private Reply closing(Reply reply) {
        closing = true;
        if (why == Close.LOST) {
            why = Close.REFUSED;
        }
        return reply;
    }

    private void farewell(Reply reply) {
        try {
            out.write(reply, false);
            out.flush();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /**
     * By the one who watches over the sessions, on another thread: a session that waits for a command is moved to the
     * current plan, so that it holds no old code, and is told when the node stops.
     */
    void visit() {
        if (!turn.compareAndSet(Turn.IDLE, Turn.VISITED)) {
            return;
        }
        pin().renew();
        if (!listener.stopping()) {
            turn.set(Turn.IDLE);
            return;
        }
        turn.set(Turn.TAKEN);
        try {
            wire.out().write((Replies.STOPPING + "\r\n").getBytes(US_ASCII));
        } catch (IOException e) {
            log.debug("session {}: {}", client.session, e.toString());
        } finally {
            cutOff();
        }
    }

    private void cutOff() {
        try {
            wire.close();
        } catch (IOException e) {
            log.debug("session {}: {}", client.session, e.toString());
        }
    }

    private Pin pin() {
        return listener.pin();
    }

    private String hostname() {
        return settings.hostname().isEmpty() ? server.surroundings.hostname().get() : settings.hostname();
    }

    // ---- records ----

    private Records records() {
        return server.surroundings.records();
    }

    private void recordRejection(Reply reply) {
        if (records().wanted("Rejection")) {
            records()
                    .emit(new Rejection(
                            server.surroundings.clock().instant(),
                            client.session,
                            client.listener,
                            client.address(),
                            client.remoteName,
                            client.helo,
                            client.protocol(),
                            client.user,
                            stage,
                            client.sender.toString(),
                            client.recipient.toString(),
                            reply,
                            binding.isEmpty() ? Optional.empty() : Optional.of(binding),
                            detail));
        }
    }

    private void recordAuthentication(String user, boolean success) {
        if (records().wanted("Authentication")) {
            records()
                    .emit(new Authentication(
                            server.surroundings.clock().instant(),
                            client.session,
                            client.listener,
                            client.address(),
                            client.remoteName,
                            mechanism,
                            user,
                            success));
        }
    }

    /** Which certificate the client has shown; and if it was not verified, why. */
    private void recordCertificate(PeerCertificate certificate) {
        if (records().wanted("ClientCertificate")) {
            var values = new LinkedHashMap<String, Object>();
            values.put("session", client.session);
            values.put("listener", client.listener);
            values.put("client", client.address());
            values.put("subject", certificate.subject());
            values.put("names", certificate.names());
            values.put("fingerprint", certificate.fingerprint());
            values.put("verified", client.tls.orElseThrow().verified());
            values.put("trouble", certificate.trouble());
            records().emit(new LogRecord.Event(server.surroundings.clock().instant(), "ClientCertificate", values));
        }
    }

    private void recordDiscard(String reason) {
        if (records().wanted("Discard")) {
            records()
                    .emit(new LogRecord.Event(
                            server.surroundings.clock().instant(),
                            "Discard",
                            Map.of(
                                    "id",
                                    mail.draft.id(),
                                    "listener",
                                    client.listener,
                                    "client",
                                    client.address(),
                                    "reason",
                                    reason)));
        }
    }

    private void recordConnection() {
        if (records().wanted("Connection")) {
            Instant now = server.surroundings.clock().instant();
            records()
                    .emit(new Connection(
                            now,
                            "in",
                            client.listener,
                            client.remote.getHostString() + ":" + client.remote.getPort(),
                            client.remoteName,
                            client.tls
                                    .map(tls -> tls.protocol() + " " + tls.cipher())
                                    .orElse(""),
                            messages,
                            Duration.between(began, now),
                            why.name().toLowerCase(Locale.ROOT),
                            detail));
        }
    }
}
