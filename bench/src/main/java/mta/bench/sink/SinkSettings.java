package mta.bench.sink;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the sink is to do.
 *
 * @param listen     where it listens for SMTP; port 0 for any
 * @param offer      EHLO keywords it offers: some of {@link #KEYWORDS}
 * @param sizeLimit  bytes, named with SIZE; 0 for none. A larger message gets 552
 * @param faults     how it misbehaves
 * @param capture    folder for the messages it got; empty to keep none
 * @param captureMax how many messages it keeps there at most
 * @param threads    how many threads serve the connections
 */
public record SinkSettings(
        InetSocketAddress listen,
        Set<String> offer,
        int sizeLimit,
        Faults faults,
        Optional<Path> capture,
        int captureMax,
        int threads) {

    public static final List<String> KEYWORDS =
            List.of("PIPELINING", "8BITMIME", "SIZE", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "DSN");
    public static final Set<String> USUAL = Set.of("PIPELINING", "8BITMIME", "SIZE", "SMTPUTF8", "ENHANCEDSTATUSCODES");

    /** Takes everything at once, on any loopback port. */
    public static SinkSettings plain() {
        return new SinkSettings(new InetSocketAddress("127.0.0.1", 0), USUAL, 0, Faults.NONE, Optional.empty(), 0, 1);
    }

    public SinkSettings faults(Faults faults) {
        return new SinkSettings(listen, offer, sizeLimit, faults, capture, captureMax, threads);
    }

    public SinkSettings offer(Set<String> keywords) {
        return new SinkSettings(listen, keywords, sizeLimit, faults, capture, captureMax, threads);
    }

    /**
     * How the sink misbehaves. The fractions are of messages, decided at the final dot by chance; what was not
     * answered with 250 is not counted as received. Apart from them, a recipient whose local part starts with
     * {@code defer}, {@code refuse} or {@code drop} gets 451, 550 or a closed connection for its RCPT, and
     * {@code slow} the delay, whatever the fractions are.
     *
     * @param defer   answered with 451
     * @param refuse  answered with 554
     * @param drop    not answered: the connection is closed instead
     * @param delayed answered only after {@code delay}
     * @param delay   how long those wait
     * @param tarpit  how long every reply waits; 0 for not at all
     */
    public record Faults(double defer, double refuse, double drop, double delayed, Duration delay, Duration tarpit) {
        public static final Faults NONE = new Faults(0, 0, 0, 0, Duration.ofSeconds(1), Duration.ZERO);
    }
}
