package plugins.unixsocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Wire;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixSocketTest {

    private static final Duration SECONDS = Duration.ofSeconds(30);

    private final UnixSocket unix = new UnixSocket(Settings.of(UnixSocket.Config.class));

    @TempDir
    Path folder;

    private Endpoint endpoint() {
        return Endpoint.parse("unix:" + folder.resolve("s"));
    }

    private Wire dial() throws IOException {
        return unix.dial(endpoint(), Optional.empty(), SECONDS);
    }

    @Test
    void octetsGoBothWaysToTheEnd() throws Exception {
        var content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        try (Acceptor acceptor = unix.listen(endpoint());
                Wire near = dial();
                Wire far = acceptor.accept()) {
            var got = CompletableFuture.supplyAsync(() -> {
                try {
                    far.out().write("hello".getBytes(US_ASCII));
                    return far.in().readNBytes(content.length);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            near.out().write(content);
            assertArrayEquals(content, got.get());
            assertEquals("hello", new String(near.in().readNBytes(5), US_ASCII));
            far.close();
            assertEquals(-1, near.in().read());
            assertEquals(0, near.remote().getPort());
            assertTrue(near.remote().isUnresolved());
        }
    }

    @Test
    void aReadThatTimesOutLeavesTheConnectionWhole() throws Exception {
        try (Acceptor acceptor = unix.listen(endpoint());
                Wire near = dial();
                Wire far = acceptor.accept()) {
            near.readTimeout(Duration.ofMillis(20));
            assertThrows(SocketTimeoutException.class, () -> near.in().read());
            near.readTimeout(SECONDS);
            far.out().write('x');
            assertEquals('x', near.in().read());
            near.out().write('y');
            assertEquals('y', far.in().read());
        }
    }

    @Test
    void closingAndInterruptingEndAWait() throws Exception {
        try (Acceptor acceptor = unix.listen(endpoint());
                Wire near = dial();
                Wire far = acceptor.accept()) {
            var seen = new AtomicReference<Throwable>();
            Thread reader = reading(near, seen);
            reader.interrupt();
            reader.join();
            assertInstanceOf(java.io.InterruptedIOException.class, seen.get());
            assertEquals(-1, far.in().read());
        }
        try (Acceptor acceptor = unix.listen(endpoint());
                Wire near = dial();
                Wire far = acceptor.accept()) {
            var seen = new AtomicReference<Throwable>();
            Thread reader = reading(near, seen);
            near.close();
            reader.join();
            assertInstanceOf(IOException.class, seen.get());
        }
    }

    private static Thread reading(Wire wire, AtomicReference<Throwable> seen) throws InterruptedException {
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                wire.in().read();
            } catch (IOException e) {
                seen.set(e);
            }
        });
        while (reader.getState() != Thread.State.WAITING && reader.isAlive()) {
            Thread.sleep(1);
        }
        return reader;
    }

    @Test
    void theSocketHasTheModeOfTheSettingsAndGoesWithItsListener() throws Exception {
        Path path = folder.resolve("s");
        try (Acceptor acceptor = unix.listen(endpoint())) {
            assertEquals(endpoint(), acceptor.endpoint());
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
        assertFalse(Files.exists(path));
        unix.modified(Settings.of(UnixSocket.Config.class, "mode", "600"));
        try (Acceptor acceptor = unix.listen(endpoint())) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
        assertThrows(IllegalArgumentException.class, () -> UnixSocket.permissions("rw"));
        assertThrows(IllegalArgumentException.class, () -> UnixSocket.permissions("888"));
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndWhatIsInUseIsNot() throws Exception {
        Path path = folder.resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertTrue(Files.exists(path));
        try (Acceptor acceptor = unix.listen(endpoint());
                Wire near = dial()) {
            assertThrows(IOException.class, () -> unix.listen(endpoint()));
            assertTrue(Files.exists(path));
        }
        Files.writeString(path, "mine");
        assertThrows(IOException.class, () -> unix.listen(endpoint()));
        assertEquals("mine", Files.readString(path));
    }

    @Test
    void whoCannotBeReachedIsNamed() {
        IOException e = assertThrows(IOException.class, this::dial);
        assertTrue(e.getMessage().contains(folder.resolve("s").toString()), e.getMessage());
        assertThrows(IOException.class, () -> unix.listen(Endpoint.parse("unix:relative")));
    }
}
