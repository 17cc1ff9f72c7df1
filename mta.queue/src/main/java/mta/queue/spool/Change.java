package mta.queue.spool;

import java.util.Objects;

/** One change in a {@link Batch}. */
sealed interface Change {

    /** About what it costs in memory and log. */
    default long bytes() {
        return 64;
    }

    /** The body of a new message becomes visible. */
    record NewBody(Draft draft) implements Change {
        @Override
        public long bytes() {
            return Math.min(draft.bytes(), 2L * Body.CHUNK);
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

    record Remove(long message, int entry) implements Change {
    }

    /** A piece of a body that is still arriving. Number 1 also leaves the mark by which a start finds the orphan. */
    record Chunk(long message, int number, byte[] content) implements Change {
        @Override
        public long bytes() {
            return 64L + content.length;
        }
    }

    /** A draft with pieces 1 to {@code last} on disk was given up. */
    record Abandon(long message, int last) implements Change {
    }

    /** Message numbers below this may be given out. */
    record Reserve(long below) implements Change {
    }
}
