package mta.queue.index;

import java.util.List;
import java.util.Set;

/** A predicate over every indexed field. Names are globs: {@code *} any text, {@code ?} any character. */
public sealed interface Filter {

    /** Everything. */
    record All() implements Filter {}

    /** All of them; true when empty. */
    record And(List<Filter> filters) implements Filter {
        public And {
            filters = List.copyOf(filters);
        }
    }

    /** Any of them; false when empty. */
    record Or(List<Filter> filters) implements Filter {
        public Or {
            filters = List.copyOf(filters);
        }
    }

    record Not(Filter filter) implements Filter {}

    record Named(Dimension dimension, String glob) implements Filter {}

    /** By the domain of the reverse-path. */
    record Sender(String glob) implements Filter {}

    record In(Set<EntryState> states) implements Filter {
        public In {
            states = Set.copyOf(states);
        }
    }

    /** All entries of one message. */
    record Message(long message) implements Filter {}

    /** A number between two bounds, both included. */
    record Range(Field field, long from, long to) implements Filter {}

    /** Numbers of an entry; times count from the moment the scan began. */
    enum Field {
        /** Seconds since the arrival. */
        AGE,
        /** Seconds until the due time; below 0 when overdue. */
        DUE_IN,
        /** Seconds until the expiry. */
        EXPIRES_IN,
        BYTES,
        ATTEMPTS,
        PRIORITY,
        RECIPIENTS
    }

    /** This and another. */
    default Filter and(Filter other) {
        return new And(List.of(this, other));
    }

    /** A tenant by its name or glob. */
    static Filter tenant(String glob) {
        return new Named(Dimension.TENANT, glob);
    }

    static Filter campaign(String glob) {
        return new Named(Dimension.CAMPAIGN, glob);
    }

    static Filter destination(String glob) {
        return new Named(Dimension.DESTINATION, glob);
    }

    static Filter site(String glob) {
        return new Named(Dimension.SITE, glob);
    }
}
