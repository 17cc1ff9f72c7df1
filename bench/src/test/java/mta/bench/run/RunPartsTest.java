package mta.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mta.bench.load.Load;
import mta.bench.tally.Comparison;
import mta.bench.text.Screen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RunPartsTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(printed), new PrintStream(printed), false, false);

    private static Load load(long messages) {
        return Load.standard(new InetSocketAddress(0), messages).size(1000);
    }

    private Lab lab(long warmUp, Path scratch) {
        return new Lab(screen, warmUp, 1, Lab.Extras.NONE, scratch);
    }

    @Test
    void aServerIsMeasuredInItsOwnProcess(@TempDir Path scratch) throws Exception {
        var measured = lab(50, scratch).measure("own sink", OwnSink::start, Optional.empty(), load(200));
        assertEquals("own sink", measured.server());
        assertEquals(200, measured.messages());
        assertTrue(measured.acceptRate() > 0);
        assertTrue(measured.rssBytes() > 1_000_000);
        assertEquals("", measured.faults());
    }

    /** A server that says 250 and forgets: the promise is broken, and the run says so. */
    @Test
    void aServerThatLosesMailFailsTheRun(@TempDir Path scratch) throws Exception {
        try (var sink = SinkProcess.start()) {
            var measured = lab(0, scratch).measure("forgetful", OwnSink::start, Optional.of(sink), load(30));
            assertEquals(30, measured.comparison().orElseThrow().lost());
            assertEquals("30 deliveries never came; 30 messages lost, 0 doubled, 0 unexpected", measured.faults());
            var report = new Report("relay", load(30), List.of(measured), List.of());
            assertFalse(report.good());
            report.print(screen);
            assertTrue(printed.toString(StandardCharsets.UTF_8).contains("FAULT own sink: 30 deliveries never came"));
        }
    }

    @Test
    void theSinksTallyComesThroughItsControlPort() throws Exception {
        try (var sink = SinkProcess.start()) {
            var sent =
                    new mta.bench.load.Generator(load(100).to(sink.smtp()).recipients(2, "u{n}-{r}@x.example")).run();
            assertTrue(Comparison.of(sent.sent(), sent.inDoubt(), sink.tally(sent.run()))
                    .exact());
            assertEquals(100, sink.count("messages"));
            assertEquals(200, sink.count("recipients"));
            assertTrue(sink.count("last_ms") > 0);
            assertEquals(0, sink.tally("00000000").end());
        }
    }

    @Test
    void aChildThatEndsIsReportedWithItsLastWords() throws Exception {
        try (var child = Child.start("the shell", List.of("sh", "-c", "echo one; echo two; exit 3"))) {
            assertEquals("two", child.await(line -> line.startsWith("tw"), Duration.ofSeconds(20)));
            var error = assertThrows(
                    IllegalStateException.class,
                    () -> child.await(line -> line.equals("three"), Duration.ofSeconds(20)));
            assertEquals("the shell ended; its last words:\none\ntwo", error.getMessage());
            assertEquals(3, child.join(Duration.ofSeconds(20)));
        }
    }

    @Test
    void aFolderGoesWithAllItHolds(@TempDir Path parent) throws Exception {
        Path path;
        try (var folder = Folder.below(parent.resolve("deep"), "x")) {
            path = folder.path();
            folder.write("a/b/c.txt", "text");
            Files.createSymbolicLink(path.resolve("link"), parent);
            assertTrue(Files.exists(path.resolve("a/b/c.txt")));
        }
        assertFalse(Files.exists(path));
        assertTrue(Files.exists(parent));
    }

    @Test
    void systemCallsAreReadFromStracesTable() {
        var calls = SystemCalls.parse("""
                % time     seconds  usecs/call     calls    errors syscall
                ------ ----------- ----------- --------- --------- ----------------
                 49.63    0.522087        1308       399        41 futex
                  2.87    0.030230           9      3239           write
                  1.69    0.017732           5      3264         7 pread64
                ------ ----------- ----------- --------- --------- ----------------
                100.00    2.800076          73     38179      1531 total
                """);
        assertEquals(List.of("pread64", "write", "futex"), List.copyOf(calls.keySet()));
        assertEquals(3239, calls.get("write"));
    }

    @Test
    void theMiddleRoundCounts() {
        assertEquals(2, Lab.median(List.of(rate(3), rate(1), rate(2))).acceptRate());
        assertEquals(1, Lab.median(List.of(rate(3), rate(1))).acceptRate());
    }

    private static Measurement rate(double rate) {
        return new Measurement(
                "s", "generate", 1, rate, 0, Optional.empty(), Optional.empty(), 0, 0, 0, java.util.Map.of(), "");
    }

    @Test
    void aRatioSaysWhetherItsGoalIsReached() {
        assertEquals("mta / postfix = 8.50, goal 8: reached", new Ratio("mta / postfix", 8.5, 8).text());
        assertEquals("mta / smtp-sink = 0.59, goal 0.6: not reached", new Ratio("mta / smtp-sink", 0.59, 0.6).text());
    }
}
