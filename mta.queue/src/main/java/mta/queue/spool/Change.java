package mta.queue.spool;

import java.util.Objects;
import java.util.Optional;

/** One change in a {@link Batch}. */
sealed interface Change {

    /** About what it costs in memory and log. */
    default long bytes() {
        return 64;
    }

    /** The body of a new message becomes visible. */
    record NewBody(long message, byte[] head, Optional<RocksDraft> rest) implements Change {
        public NewBody {
            Objects.requireNonNull(head);
        }

        @Override
        public long bytes() {
            return 64L + head.length;
        }
    }

    /** A state; {@code fresh} if it came with its body, so that a failed batch takes it back. */
    record State(long message, int entry, byte[] state, boolean fresh) implements Change {
        public State {
            Objects.requireNonNull(state);
        }

        @Override
        public long bytes() {
            return 64L + state.length;
        }
    }

    record Remove(long message, int entry) implements Change {}

    /** A piece of a body that is still arriving. Number 1 also leaves the mark by which a start finds the orphan. */
    record Piece(long message, int number, byte[] content) implements Change {
        @Override
        public long bytes() {
            return 64L + content.length;
        }
    }

    /** A draft with pieces 1 to {@code last} on disk was given up. */
    record Abandon(long message, int last) implements Change {}
}
