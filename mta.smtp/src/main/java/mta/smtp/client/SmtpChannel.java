package mta.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Transport;

/**
 * A connection, and another one in its place where the far side has ended it between two messages: servers do so after
 * some time, or some messages, without a word, and no mail should wait for that. Used by one thread at a time: the one
 * that sends.
 */
final class SmtpChannel implements Transport.Channel {

    private final Connector connector;
    private final Path path;
    private final List<Hop> hops;
    private SmtpConnection connection;

    SmtpChannel(Connector connector, Path path, List<Hop> hops, SmtpConnection connection) {
        this.connector = connector;
        this.path = path;
        this.hops = hops;
        this.connection = connection;
    }

    @Override
    public List<Outcome> send(Attempt attempt) throws IOException {
        try {
            return connection.send(attempt);
        } catch (SmtpConnection.Gone e) {
            connection.close();
            connection = connector.connect(path, hops, attempt.pin());
            return connection.send(attempt);
        }
    }

    @Override
    public boolean reusable() {
        return connection.reusable();
    }

    @Override
    public String peer() {
        return connection.peer();
    }

    @Override
    public boolean alive(Duration idle) {
        return connection.alive();
    }

    /** Returns at once: the good-bye is said on a thread of its own. */
    @Override
    public void close() {
        connection.close();
    }
}
