package mta.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Tls;
import mta.plugins.api.io.Wire;
import mta.plugins.api.log.Records;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.smtp.SaslMechanism;

/** Serves SMTP or LMTP: one {@link SmtpSession} per connection, all with the same surroundings. Thread-safe. */
public final class SmtpServer implements Protocol {

    /** SMTP, or LMTP (RFC 2033): LHLO, and a reply for each recipient after the content. */
    public enum Flavour {
        SMTP,
        LMTP
    }

    final Flavour flavour;
    final Surroundings surroundings;
    final ReceptionStages stages;
    final HookPoint<SaslMechanism> mechanisms;
    final Sessions sessions = new Sessions();
    private final AtomicLong numbers = new AtomicLong();

    /**
     * What the server needs of the node.
     *
     * @param hostname name of the node
     * @param names confirmed name of a client's address, if it has one
     * @param closed why no mail is taken at the moment; the empty string: it is taken
     */
    public record Surroundings(
            HookPoints hooks,
            Intake intake,
            Tls tls,
            Records records,
            InstantSource clock,
            Supplier<String> hostname,
            Function<InetAddress, Optional<String>> names,
            Supplier<String> closed,
            SettingsByListener settings) {}

    public SmtpServer(Flavour flavour, Surroundings surroundings) {
        this.flavour = flavour;
        this.surroundings = surroundings;
        stages = new ReceptionStages(surroundings.hooks());
        mechanisms = surroundings.hooks().point(SaslMechanism.class);
    }

    @Override
    public void serve(Wire wire, Listener listener) throws IOException {
        var session = new SmtpSession(this, wire, listener, sessionId());
        sessions.enter(session);
        try {
            session.run();
        } finally {
            sessions.leave(session);
        }
    }

    /** For the connections beyond a listener's limits. */
    @Override
    public void refuse(Wire wire, Listener listener) throws IOException {
        wire.out().write("421 4.7.0 Too many connections, try again later\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Unique for the life of the process; the start of it makes it rare across processes too. */
    private String sessionId() {
        return Long.toString(START + numbers.incrementAndGet(), 36);
    }

    private static final long START = System.currentTimeMillis() << 8;
}
