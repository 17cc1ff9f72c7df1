package plugins.authdovecot;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;

/** One mechanism of Dovecot's. Runs on the threads of sessions; thread-safe. */
final class DovecotMechanism implements SaslMechanism {

    private final Mechanism mechanism;
    private final Dialler dialler;
    private final Duration timeout;

    DovecotMechanism(Mechanism mechanism, Dialler dialler, Duration timeout) {
        this.mechanism = mechanism;
        this.dialler = dialler;
        this.timeout = timeout;
    }

    @Override
    public boolean plaintext() {
        return mechanism.plaintext();
    }

    @Override
    public Exchange begin(Session session) {
        return new Passing(session);
    }

    /** Has a connection from its first step to its end. */
    private final class Passing implements Exchange {

        private final Session session;
        private Optional<AuthConnection> connection = Optional.empty();

        Passing(Session session) {
            this.session = session;
        }

        @Override
        public Step step(byte[] response, boolean initial) throws IOException {
            try {
                if (connection.isEmpty()) {
                    connection = Optional.of(AuthConnection.open(dialler, timeout));
                }
                return connection.get().step(mechanism, session, response, initial);
            } catch (IOException e) {
                throw new IOException("Dovecot's authentication service: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            connection.ifPresent(AuthConnection::close);
        }
    }
}
