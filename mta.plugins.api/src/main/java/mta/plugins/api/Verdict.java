package mta.plugins.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What a plugin answers at a stage of kind {@link mta.plugins.api.hooks.Kind#DECIDE}. Plugins construct verdicts and
 * never inspect them, so a new kind of verdict breaks no plugin. Which kinds a stage admits stands on its method
 * ({@link mta.plugins.api.hooks.Hook#admits()}); another kind, or null, is a plugin error and gets the binding's
 * failure action, never silence.
 */
public sealed interface Verdict {

    /** No opinion: the next binding is asked. */
    record Next() implements Verdict {}

    /**
     * Satisfied for the given scope: this binding is not asked again within it. Ends the chain only where the binding
     * is configured as {@code final}, and never skips a binding that is {@code required}.
     */
    record Accept(Scope scope) implements Verdict {
        public Accept {
            Objects.requireNonNull(scope);
        }
    }

    /** Ends the chain with this reply (4xx: try again, 5xx: never); {@code close} also ends the connection. */
    record Refuse(Reply reply, boolean close) implements Verdict {
        public Refuse {
            if (reply.code() < 400) {
                throw new IllegalArgumentException("a refusal needs a 4xx or 5xx reply, not: " + reply);
            }
        }
    }

    /** Go on, but not before this time; {@code reply} is what the records say about the reason. */
    record Later(Instant when, Reply reply) implements Verdict {
        public Later {
            Objects.requireNonNull(when);
            Objects.requireNonNull(reply);
        }
    }

    /** Take the message and keep it from delivery until somebody releases it (quarantine). */
    record Hold(String reason) implements Verdict {
        public Hold {
            Objects.requireNonNull(reason);
        }
    }

    /** Take the message and drop it; a record says so. */
    record Discard(String reason) implements Verdict {
        public Discard {
            Objects.requireNonNull(reason);
        }
    }

    /** How far an {@link Accept} reaches. */
    enum Scope {
        /** This stage of this message. */
        STAGE,
        /** All later stages of this message. */
        MESSAGE,
        /** All later stages of this session. */
        SESSION
    }

    /** The kinds, for the table of what a stage admits. */
    enum Kind {
        NEXT,
        ACCEPT,
        REFUSE,
        LATER,
        HOLD,
        DISCARD
    }

    Verdict NEXT = new Next();

    static Verdict next() {
        return NEXT;
    }

    static Verdict accept() {
        return new Accept(Scope.STAGE);
    }

    static Verdict accept(Scope scope) {
        return new Accept(scope);
    }

    /** @param reply as on the wire, for example {@code 550 5.7.1 Not here} */
    static Verdict refuse(String reply) {
        return new Refuse(Reply.parse(reply), false);
    }

    static Verdict refuse(Reply reply) {
        return new Refuse(reply, false);
    }

    /** A refusal after which the server closes the connection. */
    static Verdict close(Reply reply) {
        return new Refuse(reply, true);
    }

    static Verdict later(Instant when, Reply reply) {
        return new Later(when, reply);
    }

    static Verdict later(Duration from, Reply reply) {
        return new Later(Instant.now().plus(from), reply);
    }

    static Verdict hold(String reason) {
        return new Hold(reason);
    }

    static Verdict discard(String reason) {
        return new Discard(reason);
    }

    default Kind kind() {
        return switch (this) {
            case Next _ -> Kind.NEXT;
            case Accept _ -> Kind.ACCEPT;
            case Refuse _ -> Kind.REFUSE;
            case Later _ -> Kind.LATER;
            case Hold _ -> Kind.HOLD;
            case Discard _ -> Kind.DISCARD;
        };
    }
}
