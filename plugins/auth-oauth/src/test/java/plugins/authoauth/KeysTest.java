package plugins.authoauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KeysTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private volatile Instant now = Identity.NOW;
    private final InstantSource clock = () -> now;
    private Identity id;

    @BeforeEach
    void start() throws Exception {
        id = new Identity();
    }

    @AfterEach
    void stop() {
        id.close();
    }

    private KeyServer server(Duration pause) {
        return server("/keys", pause, LONG, 1 << 16);
    }

    private KeyServer server(String path, Duration pause, Duration timeout, int largest) {
        var times = new KeyServer.Times(HOUR, HOUR.multipliedBy(2), pause, LONG);
        return new KeyServer(new Web(Optional.empty(), timeout, largest), id.uri(path), times, clock);
    }

    private static JWSHeader header(String kid) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build();
    }

    private void await(int requests) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (id.keyRequests.get() < requests) {
            assertTrue(System.nanoTime() < end, "only " + id.keyRequests.get() + " requests");
            Thread.sleep(5);
        }
    }

    @Test
    void fetchedOnceAndKept() throws Exception {
        try (KeyServer keys = server(HOUR)) {
            for (int i = 0; i < 100; i++) {
                assertEquals(1, keys.find(header("rsa-1")).size());
            }
            assertEquals(1, id.keyRequests.get());
        }
    }

    /** However many tokens name keys that nobody has: an attacker must not send us against the server. */
    @Test
    void unknownKeysAskOncePerPause() throws Exception {
        try (KeyServer keys = server(Duration.ofMinutes(1))) {
            assertEquals(1, keys.find(header("rsa-1")).size());
            for (int i = 0; i < 50; i++) {
                assertEquals(0, keys.find(header("unknown-" + i)).size());
            }
            assertEquals(1, id.keyRequests.get());
            now = now.plusSeconds(61);
            for (int i = 0; i < 50; i++) {
                assertEquals(0, keys.find(header("unknown-" + i)).size());
            }
            assertEquals(2, id.keyRequests.get());
        }
    }

    @Test
    void aNewKeyIsFetched() throws Exception {
        try (KeyServer keys = server(Duration.ofMinutes(1))) {
            assertEquals(1, keys.find(header("rsa-1")).size());
            id.keys = new JWKSet(Identity.renamed(id.rsa, "rsa-2")).toString();
            now = now.plusSeconds(61);
            assertEquals(1, keys.find(header("rsa-2")).size());
            assertEquals(0, keys.find(header("rsa-1")).size());
        }
    }

    @Test
    void staleKeysServeWhileTheServerIsAway() throws Exception {
        try (KeyServer keys = server(Duration.ofMinutes(1))) {
            assertEquals(1, keys.find(header("rsa-1")).size());
            id.status = 503;
            now = now.plus(HOUR).plusSeconds(1);
            await(2);
            assertEquals(1, keys.find(header("rsa-1")).size());
            // An unknown key may be a new one that cannot be fetched: nobody can tell.
            assertThrows(IOException.class, () -> keys.find(header("rsa-2")));
            now = now.plus(HOUR.multipliedBy(2));
            assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
            id.status = 200;
            now = now.plus(HOUR);
            await(id.keyRequests.get() + 1);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!works(keys)) {
                assertTrue(System.nanoTime() < end);
                Thread.sleep(5);
            }
        }
    }

    private static boolean works(KeyServer keys) {
        try {
            return keys.find(header("rsa-1")).size() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void withoutAnyKeysNobodyCanTell() throws Exception {
        id.status = 404;
        try (KeyServer keys = server(HOUR)) {
            var e = assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
            assertTrue(e.getMessage().contains("HTTP status 404"), e.getMessage());
        }
        id.status = 200;
        id.keys = "<html>";
        try (KeyServer keys = server(HOUR)) {
            assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
        }
    }

    @Test
    void answersThatAreTooLongOrTooSlow() throws Exception {
        try (KeyServer keys = server("/keys", HOUR, LONG, 100)) {
            assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
        }
        try (KeyServer keys = server("/drip", HOUR, Duration.ofMillis(200), 1 << 16)) {
            var e = assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
            assertTrue(e.getMessage().contains("no answer within 200 ms"), e.getMessage());
        }
    }

    @Test
    void aFileIsReadAgainAndAMistakeLeavesTheOldKeys() throws Exception {
        Path file = folder.resolve("keys.json");
        var keys = new KeyFile(file, 1 << 16);
        assertThrows(IOException.class, () -> keys.find(header("rsa-1")));
        Files.writeString(file, id.keys);
        awaitKey(keys, "rsa-1");
        Files.writeString(file, "{\"keys\": [");
        Thread.sleep(1100); // the next call looks
        assertEquals(1, keys.find(header("rsa-1")).size());
        Files.writeString(file, new JWKSet(Identity.renamed(id.rsa, "rsa-2")).toString());
        awaitKey(keys, "rsa-2");
        assertEquals(0, keys.find(header("rsa-1")).size());
    }

    private static void awaitKey(KeyFile keys, String kid) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                if (!keys.find(header(kid)).isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                // not yet
            }
            assertTrue(System.nanoTime() < end);
            Thread.sleep(20);
        }
    }
}
