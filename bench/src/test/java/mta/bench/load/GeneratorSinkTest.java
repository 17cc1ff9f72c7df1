package mta.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import mta.bench.sink.Sink;
import mta.bench.sink.SinkSettings;
import mta.bench.tally.Comparison;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generator and sink against each other: every count must be exact at both ends, whatever goes wrong between them. */
@Timeout(60)
class GeneratorSinkTest {
    private record Ends(LoadResult front, Sink sink, Comparison comparison) {}

    private static Ends run(Sink sink, Load load) throws Exception {
        LoadResult front = new Generator(load.to(sink.address())).run();
        var seen = sink.tally(Integer.parseUnsignedInt(front.run(), 16));
        return new Ends(front, sink, Comparison.of(front.sent(), front.inDoubt(), seen));
    }

    private static Load load(long messages) {
        return Load.standard(new InetSocketAddress(0), messages).size(2000);
    }

    @ParameterizedTest
    @CsvSource({
        "true,true,1,1",
        "true,false,1,1",
        "false,true,1,1",
        "false,false,1,1",
        "true,true,5,1",
        "true,false,5,1",
        "true,true,1,3",
        "false,false,3,2"
    })
    void everythingArrivesOnce(boolean keep, boolean pipelining, int recipients, int threads) throws Exception {
        var load = load(500)
                .keep(keep)
                .pipelining(pipelining)
                .recipients(recipients, "u{n}-{r}@d{d}.example")
                .threads(threads);
        try (var sink = Sink.start(SinkSettings.plain())) {
            var ends = run(sink, load);
            assertEquals("", ends.front().trouble());
            assertEquals(500, ends.front().counts().accepted());
            assertEquals(500, ends.front().counts().all());
            assertEquals(500, ends.comparison().messages());
            assertEquals(500L * recipients, ends.comparison().arrived());
            assertTrue(ends.comparison().exact(), ends.comparison().toString());
            assertEquals(500, sink.counts().messages());
            assertEquals(0, sink.counts().unnumbered());
            assertEquals(keep ? 20 : 500, sink.counts().connections());
            assertEquals(500, ends.front().latency().getTotalCount());
        }
    }

    @Test
    void aServerWithoutPipeliningIsSpokenToStepByStep() throws Exception {
        try (var sink = Sink.start(SinkSettings.plain().offer(Set.of("8BITMIME")))) {
            assertTrue(run(sink, load(100)).comparison().exact());
            assertEquals(100, sink.counts().messages());
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "2000", "10240", "70000", "3000000"})
    void contentHasTheAskedSizeAndKeepsItsDots(int size, @TempDir Path folder) throws Exception {
        var settings = new SinkSettings(
                new InetSocketAddress("127.0.0.1", 0),
                SinkSettings.USUAL,
                0,
                SinkSettings.Faults.NONE,
                Optional.of(folder),
                3,
                1);
        try (var sink = Sink.start(settings)) {
            var ends = run(sink, load(3).size(size));
            assertTrue(ends.comparison().exact());
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String wire = Files.readString(file, StandardCharsets.US_ASCII);
                assertTrue(wire.endsWith("\r\n.\r\n"));
                String content = ("\r\n" + wire.substring(0, wire.length() - 3))
                        .replace("\r\n..", "\r\n.")
                        .substring(2);
                assertEquals(size, content.length());
                assertTrue(content.lines().allMatch(line -> line.length() <= 998));
                assertTrue(size < 500 || content.contains("\r\n\r\n.this line starts with one dot\r\n"));
            }
        }
    }

    /** A refused or deferred message is counted and not retried; nothing that got no 250 is counted at the sink. */
    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true"})
    void badAnswersAreCountedAtBothEnds(boolean keep, boolean pipelining) throws Exception {
        var faults = new SinkSettings.Faults(0.2, 0.2, 0, 0, Duration.ZERO, Duration.ZERO);
        try (var sink = Sink.start(SinkSettings.plain().faults(faults))) {
            var ends = run(sink, load(1000).keep(keep).pipelining(pipelining));
            Counts counts = ends.front().counts();
            assertEquals(1000, counts.all());
            assertTrue(counts.deferred() > 50 && counts.refused() > 50, counts.toString());
            assertEquals(0, counts.aborted());
            assertEquals(sink.counts().deferred(), counts.deferred());
            assertEquals(sink.counts().refused(), counts.refused());
            assertEquals(sink.counts().messages(), counts.accepted());
            assertTrue(ends.comparison().exact());
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aConnectionDroppedAfterTheFinalDotLeavesTheMessageInDoubt(boolean keep) throws Exception {
        var faults = new SinkSettings.Faults(0, 0, 0.05, 0, Duration.ZERO, Duration.ZERO);
        try (var sink = Sink.start(SinkSettings.plain().faults(faults))) {
            var ends = run(sink, load(1000).keep(keep));
            assertEquals(1000, ends.front().counts().all());
            assertTrue(sink.counts().dropped() > 5);
            assertEquals(sink.counts().dropped(), ends.front().counts().aborted());
            assertEquals(sink.counts().dropped(), ends.comparison().inDoubt());
            assertEquals(sink.counts().messages(), ends.front().counts().accepted());
            assertTrue(ends.comparison().exact());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,refuse,0,300,0",
        "false,refuse,0,300,0",
        "true,defer,300,0,0",
        "false,defer,300,0,0",
        "true,drop,0,0,300"
    })
    void recipientsMayMisbehave(boolean pipelining, String word, long deferred, long refused, long aborted)
            throws Exception {
        var load = load(300).pipelining(pipelining).recipients(1, word + "{n}@d.example");
        try (var sink = Sink.start(SinkSettings.plain())) {
            Counts counts = run(sink, load.giveUp(1_000_000)).front().counts();
            assertEquals(new Counts(0, deferred, refused, aborted, 0), counts);
            assertEquals(0, sink.counts().messages());
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theOtherRecipientsOfAMessageAreServed(boolean pipelining) throws Exception {
        var load = load(200).pipelining(pipelining).recipients(3, "user{n}-{r}@d.example,refuse{n}@d.example");
        try (var sink = Sink.start(SinkSettings.plain())) {
            var ends = run(sink, load);
            assertEquals(new Counts(200, 0, 0, 0, 300), ends.front().counts());
            assertEquals(300, sink.counts().refused());
            assertEquals(300, sink.counts().recipients());
            assertTrue(ends.comparison().exact());
        }
    }

    @Test
    void aDeadServerIsGivenUpWithAReason() throws Exception {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        var result = new Generator(load(1000).to(new InetSocketAddress("127.0.0.1", port))).run();
        assertEquals(0, result.counts().accepted());
        assertTrue(result.trouble().contains("Connection refused"), result.trouble());
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() throws Exception {
        try (var silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            var load = load(5).keep(false)
                    .giveUp(3)
                    .stall(Duration.ofMillis(200))
                    .to(new InetSocketAddress("127.0.0.1", silent.getLocalPort()));
            var result = new Generator(load).run();
            assertTrue(result.counts().aborted() >= 3, result.counts().toString());
            assertTrue(result.trouble().startsWith("no answer for"), result.trouble());
        }
    }

    @Test
    void aServerThatTalksNonsenseIsGivenUp() throws Exception {
        try (var server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        try (var socket = server.accept()) {
                            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
                        }
                    }
                } catch (IOException e) {
                    // closed
                }
            });
            var result = new Generator(load(5).giveUp(3).to(new InetSocketAddress("127.0.0.1", server.getLocalPort())))
                    .run();
            assertEquals(0, result.counts().accepted());
            assertTrue(result.trouble().startsWith("not an SMTP reply"), result.trouble());
        }
    }

    @Test
    void cancellingEndsTheRunAndKeepsWhatWasMeasured() throws Exception {
        try (var sink = Sink.start(SinkSettings.plain())) {
            var generator = new Generator(load(100_000_000).to(sink.address()));
            var results = new ArrayList<LoadResult>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    results.add(generator.run());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            while (generator.counts().accepted() < 100) {
                Thread.onSpinWait();
            }
            generator.cancel();
            thread.join();
            var front = results.getFirst();
            assertTrue(front.counts().accepted() >= 100);
            assertEquals(0, front.counts().aborted());
            assertTrue(
                    Comparison.of(front.sent(), front.inDoubt(), sink.tally(Integer.parseUnsignedInt(front.run(), 16)))
                            .exact());
        }
    }

    /** 40 messages at 100 a second are due over 390 ms: however fast the server is, the run cannot end before. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aRateIsNotExceeded(boolean keep) throws Exception {
        try (var sink = Sink.start(SinkSettings.plain())) {
            var ends = run(sink, load(40).keep(keep).rate(100));
            assertEquals(40, ends.front().counts().accepted());
            assertTrue(ends.front().nanos() >= 389_000_000L, ends.front().nanos() + " ns");
            assertTrue(ends.comparison().exact());
        }
    }

    @Test
    void aTarpitDelaysEveryReplyButLosesNothing() throws Exception {
        var faults = new SinkSettings.Faults(0, 0, 0, 0, Duration.ZERO, Duration.ofMillis(5));
        try (var sink = Sink.start(SinkSettings.plain().faults(faults))) {
            var ends = run(sink, load(60));
            assertEquals(60, ends.front().counts().accepted());
            // one write answers MAIL, RCPT and DATA (15 ms), another the content (5 ms)
            assertTrue(ends.front().millis(0) >= 20, ends.front().millis(0) + " ms");
            assertTrue(ends.comparison().exact());
        }
    }
}
