package mta.plugins.api.smtp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A SASL mechanism (RFC 4422, RFC 4954), chosen by its name ({@link mta.plugins.api.Named}, upper case). Announced in the
 * answer to EHLO when it may be used. Runs on the session's thread.
 */
@ConsumerType
public interface SaslMechanism {

    /** Whether secrets pass readably, so that it is offered only under TLS. */
    default boolean plaintext() {
        return true;
    }

    /** Whether this client could use it: if not, it is not told of it. Asked with each EHLO and each AUTH; to be quick. */
    default boolean usable(Session session) {
        return true;
    }

    /** Begins an exchange. */
    Exchange begin(Session session) throws Exception;

    /** One exchange; used by one thread. */
    @ConsumerType
    interface Exchange {

        /**
         * The client's (initial) response, decoded from base64; empty and first: the client sent none.
         * Anything thrown is a temporary failure, 454 4.7.0.
         */
        Step step(byte[] response, boolean initial) throws Exception;

        /**
         * The client sent an initial response of no octets, which is more than none: a single {@code =} (RFC 4954 section 4).
         * Only a few mechanisms have one, EXTERNAL for instance; to the others it is as if none was sent.
         */
        default Step emptyResponse() throws Exception {
            return step(new byte[0], true);
        }

        /** It is over: by its last step, or because it failed, or the client gave up or is gone. Called once. */
        default void close() throws Exception {}
    }

    /** What comes next. */
    sealed interface Step {
        /** 334 with this challenge, base64 encoded by the server. */
        record Challenge(byte[] data) implements Step {}

        /** 235. */
        record Success(String user) implements Step {}

        /** 535 5.7.8; {@code user} is what was claimed, for the records. */
        record Failure(String user) implements Step {}
    }
}
