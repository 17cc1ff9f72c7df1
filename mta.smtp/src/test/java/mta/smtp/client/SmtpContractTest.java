package mta.smtp.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TransportContract;
import mta.testkit.smtp.Received;
import mta.testkit.smtp.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The transports smtp and lmtp keep what is promised of any transport. */
class SmtpContractTest {

    @Nested
    class Smtp extends Contract {
        Smtp() {
            super(ScriptedServer.smtp().offer("PIPELINING", "8BITMIME"));
        }

        @Override
        protected Transport transport() {
            return rig.smtp();
        }
    }

    @Nested
    class Chunking extends Contract {
        Chunking() {
            super(ScriptedServer.smtp().offer("PIPELINING", "8BITMIME", "CHUNKING"));
            rig.chunking();
        }

        @Override
        protected Transport transport() {
            return rig.smtp();
        }
    }

    @Nested
    class Lmtp extends Contract {
        Lmtp() {
            super(ScriptedServer.lmtp().offer("PIPELINING", "8BITMIME"));
        }

        @Override
        protected Transport transport() {
            return rig.lmtp();
        }
    }

    abstract static class Contract extends TransportContract {

        final Rig rig = new Rig();
        private final ScriptedServer server;
        private final StringBuilder arrived = new StringBuilder();

        Contract(ScriptedServer server) {
            this.server = server;
        }

        @BeforeEach
        void start() {
            server.start();
        }

        @AfterEach
        void stop() {
            server.close();
            rig.close();
        }

        @Override
        protected String destination() {
            return "[127.0.0.1]:" + server.port();
        }

        @Override
        protected Pin pin() {
            return rig.pin();
        }

        @Override
        protected Attempt attempt(TestMessage message) {
            return rig.attempt(message);
        }

        @Override
        protected Optional<String> arrived() {
            for (Optional<Received> next = server.poll(); next.isPresent(); next = server.poll()) {
                arrived.append(new String(next.get().content(), StandardCharsets.ISO_8859_1));
            }
            return Optional.of(arrived.toString());
        }

        @Override
        protected Optional<Transport> unreachable() throws Exception {
            server.close(); // nobody listens any more
            return Optional.of(transport());
        }
    }
}
