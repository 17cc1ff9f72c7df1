package mta.plugins.api.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mta.plugins.api.hooks.Pin;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A delivery protocol, chosen by its name ({@link mta.plugins.api.Named}): smtp, lmtp, file, http ... Queueing, retry,
 * limits, records and priorities are the queue's business and work the same for all of them. Thread-safe.
 */
@ConsumerType
public interface Transport {

    /**
     * Where a destination is served. Called before a path is chosen, on a virtual thread; the queue believes the answer
     * for its time to live.
     *
     * @param destination a domain, or a route such as {@code [relay.example]:587}
     */
    default Resolution resolve(String destination) throws Exception {
        return new Resolution.Site(destination, List.of(), Duration.ofHours(1));
    }

    /**
     * Opens a channel; a virtual thread of the queue does it and then uses the channel alone.
     *
     * @param hops from {@link #resolve}, in the order to try
     * @throws ConnectException if nobody could be reached: the path backs off, no message is charged with an attempt
     */
    Channel open(Path path, List<Hop> hops, Pin pin) throws IOException;

    /** Able to take messages, one after the other. */
    @ConsumerType
    interface Channel extends AutoCloseable {

        /**
         * Sends one message and says what became of each recipient, in any order. A recipient without an outcome counts
         * as a transient failure.
         *
         * @throws IOException if the connection broke with nothing known about any recipient; the channel is dropped
         */
        List<Outcome> send(Attempt attempt) throws IOException;

        /** Whether another message may follow. Asked after each send. */
        default boolean reusable() {
            return false;
        }

        /** Whom it reached, for records: {@code mx1.example.com[192.0.2.1]:25}. */
        default String peer() {
            return "";
        }

        /** Keeps an idle connection from being cut off; false: it is dead. */
        default boolean alive(Duration idle) {
            return true;
        }

        @Override
        void close();
    }
}
