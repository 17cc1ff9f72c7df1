package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys from a server. A virtual thread of its own fetches them, so that a login waits only for keys that nobody has yet: at
 * the start, and when a token names one that is new. However many tokens do, the server is asked once in a pause. While it
 * is away its keys stay in force for a time. Thread-safe.
 */
final class KeyServer implements Keys {

    private static final Logger LOG = LoggerFactory.getLogger(KeyServer.class);
    private static final long LOOK_MILLIS = 500;

    /**
     * @param refresh age of keys at which they are fetched again
     * @param stale how long after that they are believed while the server is away
     * @param pause between two questions to the server
     * @param patience how long a login waits for an answer
     */
    record Times(Duration refresh, Duration stale, Duration pause, Duration patience) {}

    private record Loaded(JWKSet keys, Instant at) {}

    private final Web web;
    private final URI uri;
    private final Times times;
    private final InstantSource clock;
    private final Thread background;

    // guarded by this
    private Optional<Loaded> loaded = Optional.empty();
    private Instant last = Instant.MIN;
    private long attempts;
    private boolean wanted;
    private String failure = "";

    KeyServer(Web web, URI uri, Times times, InstantSource clock) {
        this.web = web;
        this.uri = uri;
        this.times = times;
        this.clock = clock;
        background = Thread.ofVirtual().name("auth-oauth/keys").start(this::keepFetching);
    }

    @Override
    public void close() {
        background.interrupt();
        web.close();
    }

    @Override
    public List<JWK> find(JWSHeader header) throws IOException {
        List<JWK> found = Keys.select(current(), header);
        if (!found.isEmpty()) {
            return found;
        }
        fetchedAgain();
        found = Keys.select(current(), header);
        if (found.isEmpty()) {
            throwIfFailing();
        }
        return found;
    }

    private synchronized JWKSet current() throws IOException {
        awaitAttempt(0);
        Loaded now = loaded.orElseThrow(() -> new IOException(failure.isEmpty() ? "no keys yet" : failure));
        if (now.at.plus(times.refresh).plus(times.stale).isBefore(clock.instant())) {
            throw new IOException("the keys are of " + now.at + ", too old: " + failure);
        }
        return now.keys;
    }

    private synchronized void fetchedAgain() throws IOException {
        if (!clock.instant().isBefore(last.plus(times.pause))) {
            wanted = true;
            notifyAll();
            awaitAttempt(attempts);
        }
    }

    /** The key may be one that the server could not tell. */
    private synchronized void throwIfFailing() throws IOException {
        if (!failure.isEmpty()) {
            throw new IOException("an unknown key, and " + failure);
        }
    }

    private synchronized void awaitAttempt(long before) throws IOException {
        long end = System.nanoTime() + times.patience.toNanos();
        try {
            while (attempts == before) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for keys", e);
        }
    }

    // ---- the thread that fetches ----

    private void keepFetching() {
        try {
            while (true) {
                attempt();
                rest();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void attempt() {
        try {
            told(Optional.of(JWKSet.parse(new String(web.get(uri), UTF_8))), "");
        } catch (IOException e) {
            told(Optional.empty(), e.getMessage());
        } catch (ParseException | RuntimeException e) {
            told(Optional.empty(), uri + ": the answer is no JWK Set: " + e);
        }
    }

    private synchronized void told(Optional<JWKSet> keys, String trouble) {
        if (!trouble.equals(failure)) {
            if (trouble.isEmpty()) {
                LOG.info("{} answers again", uri);
            } else {
                LOG.warn(trouble);
            }
        }
        failure = trouble;
        last = clock.instant();
        loaded = keys.map(set -> new Loaded(set, last)).or(() -> loaded);
        wanted = false;
        attempts++;
        notifyAll();
    }

    private synchronized void rest() throws InterruptedException {
        while (clock.instant().isBefore(last.plus(wanted || !failure.isEmpty() ? times.pause : times.refresh))) {
            wait(LOOK_MILLIS); // the clock need not be the one that wait goes by
        }
    }
}
