package mta.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.demo.Demo;
import mta.bench.load.Load;
import mta.bench.text.Screen;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that start a node, with a fake one that is started, asked and stopped like the real one. */
@Timeout(120)
class WholeRunTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Screen screen = new Screen(
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream()),
            false,
            false);

    @TempDir
    private Path folder;

    private Path home;
    private Path scratch;

    @BeforeEach
    void distribution() throws Exception {
        home = FakeDistribution.in(folder);
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    private int run(Command command, String... words) throws Exception {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--home", home.toString(), "--scratch", scratch.toString()));
        return command.run(Arguments.parse(command.options(), all), screen);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void assertNothingLeft() throws Exception {
        try (var files = Files.list(scratch)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void theDemoShowsWhatHappenedInEightyColumnsAndLeavesNothing() throws Exception {
        // The fake relay answers 250 before the sink has refused: those for the troubled destinations are not compared.
        assertEquals(0, run(new Demo(), "--messages", "200"), text());
        String text = text();
        assertTrue(text.contains("accepted   200 of 200, "), text);
        assertTrue(text.contains("delivered  200 of 200, "), text);
        assertTrue(text.contains("none lost, none doubled"), text);
        assertTrue(text.contains("30 put off and queued for later, 30 refused, "), text);
        assertTrue(text.contains("$ ./mta queue summary\nanswer to queue summary\n"), text);
        assertTrue(text.contains("$ ./mta trace 01JD3W8Q0B2KM\nanswer to trace 01JD3W8Q0B2KM\n"), text);
        text.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertFalse(text.contains("\u001b"));
        assertNothingLeft();
    }

    @Test
    void theDemoKeepsTheFolderWhenAsked() throws Exception {
        assertEquals(0, run(new Demo(), "--messages", "20", "--keep"));
        try (var files = Files.list(scratch)) {
            Path kept = files.findFirst().orElseThrow();
            assertTrue(Files.exists(kept.resolve("conf/bench.yaml")));
            assertTrue(text().contains("--data " + kept));
        }
    }

    @Test
    void relayComparesBothEndsAndWritesJson() throws Exception {
        Path json = folder.resolve("result.json");
        int code = run(
                new RunCommand(RunCommand.Mode.RELAY),
                "--messages",
                "100",
                "--warm-up",
                "20",
                "--no-reference",
                "--recipients-per-message",
                "2",
                "--recipient",
                "u{n}-{r}@d.example",
                "--allocations",
                "--json",
                json.toString());
        assertEquals(0, code, text());
        String written = Files.readString(json);
        assertTrue(
                written.contains("\"ends\":{\"messages\":100,\"recipients\":200,\"arrived\":200,\"lost\":0,"), written);
        assertTrue(written.contains("\"server_allocated_bytes_per_message\":"), written);
        assertNothingLeft();
    }

    @Test
    void startupAndRestartAreTimed() throws Exception {
        assertEquals(0, run(new Startup(), "--rounds", "2", "--idle", "0"), text());
        assertTrue(text().contains("spawn to first 220, ms"), text());
        assertEquals(0, run(new Restart(), "--queued", "10"), text());
        assertTrue(text().contains("spawn to first delivery, ms"), text());
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,''",
        "10,0,'10 deliveries never came; 10 messages lost, 0 doubled, 0 unexpected'",
        "0,10,'0 messages lost, 10 doubled, 0 unexpected'"
    })
    void aRelayThatBreaksItsPromiseIsFound(int loseEvery, int doubleEvery, String faults) throws Exception {
        try (var sink = SinkProcess.start()) {
            var lab = new Lab(screen, 0, 1, Lab.Extras.NONE, scratch);
            Load load = Load.standard(new InetSocketAddress(0), 100).size(800);
            var measured = lab.measure(
                    "relay",
                    () -> new FakeRelay(0, new Target.To(sink.smtp()), loseEvery, doubleEvery),
                    Optional.of(sink),
                    load);
            assertEquals(faults, measured.faults());
        }
    }
}
