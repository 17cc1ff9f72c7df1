package mta.testkit.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A peer that behaves until its script says otherwise. One virtual thread per connection. Thread-safe.
 *
 * <pre>{@code
 * try (var server = ScriptedServer.smtp()
 *         .offer("PIPELINING", "8BITMIME")
 *         .on("RCPT TO:<full@", "452 4.2.2 mailbox full", "250 ok")   // in turn; the last repeats
 *         .on("CONTENT", Answer.say("250 queued").then(Answer.drop()))
 *         .start()) {
 *     send(to(server.port()));
 *     assertEquals(..., server.take().text());
 * }
 * }</pre>
 *
 * A point of the talk is named by the beginning of the command line, in any case; {@code CONNECT} is the banner,
 * {@code CONTENT} the answer after the final dot or the last chunk, in LMTP once for each recipient as
 * {@code CONTENT FOR:<a@b>}, {@code RESPONSE} a line of an AUTH exchange. Of several rules that fit, the one given last
 * is taken. Loopback only.
 */
public final class ScriptedServer implements AutoCloseable {

    private final boolean lmtp;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Talk> talks = new ArrayList<>();
    private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile List<String> offered = List.of();
    private volatile Optional<SSLContext> tls = Optional.empty();
    private volatile boolean tlsFromTheStart;
    private ServerSocket listening;
    private Thread acceptor;
    private volatile boolean closed;

    private record Rule(String point, List<Answer> answers, AtomicInteger used) {

        /** The answers in turn; the last one repeats. */
        Answer next() {
            return answers.get(Math.min(used.getAndIncrement(), answers.size() - 1));
        }
    }

    private ScriptedServer(boolean lmtp) {
        this.lmtp = lmtp;
    }

    public static ScriptedServer smtp() {
        return new ScriptedServer(false);
    }

    /** Answers LHLO, and once per recipient after the content (RFC 2033). */
    public static ScriptedServer lmtp() {
        return new ScriptedServer(true);
    }

    /** The lines of the answer to EHLO, without the first. STARTTLS is offered only if it is named here. */
    public ScriptedServer offer(String... capabilities) {
        offered = List.of(capabilities);
        return this;
    }

    public ScriptedServer on(String point, String... replies) {
        return on(point, List.of(replies).stream().map(Answer::say).toArray(Answer[]::new));
    }

    public ScriptedServer on(String point, Answer... answers) {
        rules.addFirst(new Rule(point.toUpperCase(Locale.ROOT), List.of(answers), new AtomicInteger()));
        return this;
    }

    /** The certificate for STARTTLS; see {@link TestCertificate}. */
    public ScriptedServer tls(SSLContext context) {
        tls = Optional.of(context);
        return this;
    }

    /** TLS before the banner. */
    public ScriptedServer tlsFromTheStart(SSLContext context) {
        tlsFromTheStart = true;
        return tls(context);
    }

    /** On 127.0.0.1 and a free port. */
    public ScriptedServer start() {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public ScriptedServer start(InetSocketAddress where) {
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(where, 1_000);
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on " + where, e);
        }
        acceptor = Thread.ofVirtual().name("scripted-server").start(this::accept);
        return this;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                if (closed) {
                    socket.close();
                    return;
                }
                Talk talk = newTalk();
                Thread.ofVirtual().name("scripted-talk-" + talk.number()).start(() -> serve(socket, talk));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Talk talk) {
        try (socket) {
            new Conversation(this, socket, talk).run();
        } catch (IOException e) {
            talk.add("<" + e.getClass().getSimpleName() + ": " + e.getMessage() + ">");
        } finally {
            open.remove(socket);
            talk.end();
        }
    }

    private Talk newTalk() {
        synchronized (talks) {
            var talk = new Talk(talks.size());
            talks.add(talk);
            return talk;
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    public InetAddress address() {
        return listening.getInetAddress();
    }

    /** All connections so far. */
    public List<Talk> talks() {
        synchronized (talks) {
            return List.copyOf(talks);
        }
    }

    /** The commands of all connections so far, connection by connection. */
    public List<String> commands() {
        return talks().stream().flatMap(talk -> talk.commands().stream()).toList();
    }

    /** How many messages were answered with 2xx. */
    public int accepted() {
        return accepted.get();
    }

    /** Waits for the next message that was answered with 2xx. */
    public Received take() {
        try {
            Received next = received.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no message came within a minute; commands so far: " + commands());
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** The next message if one is there. */
    public Optional<Received> poll() {
        return Optional.ofNullable(received.poll());
    }

    boolean isLmtp() {
        return lmtp;
    }

    List<String> offered() {
        return offered;
    }

    boolean tlsFromTheStart() {
        return tlsFromTheStart;
    }

    SSLContext tls() {
        return tls.orElseThrow(() -> new IllegalStateException("StartTls needs a certificate: call tls(...)"));
    }

    void keep(Received message) {
        accepted.incrementAndGet();
        received.add(message);
    }

    /** What the script says for this line, or else the usual reply. */
    Answer answer(String line, String usual) {
        String upper = line.toUpperCase(Locale.ROOT);
        for (Rule rule : rules) {
            if (upper.startsWith(rule.point())) {
                return rule.next();
            }
        }
        return usual.isEmpty() ? new Answer.All(List.of()) : Answer.say(usual);
    }

    /** Stops listening and cuts all connections. */
    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
            // The port is taken until the thread that waits in accept has left it.
            acceptor.join();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
