package plugins.logwebhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.logwebhook.Rig.records;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it sends to a far side that fails every other time. */
class KillTest {

    @TempDir
    Path directory;

    /** The process: takes records and says how many it has taken. */
    public static final class Node {

        public static void main(String[] arguments) throws Exception {
            try (var rig = new Rig(Path.of(arguments[0]))) {
                var plugin = rig.plugin(arguments[1], "maxRecords", 7);
                for (int n = Integer.parseInt(arguments[2]); true; n += 10) {
                    plugin.write(records(n, n + 10));
                    System.out.println(n + 10);
                    Thread.sleep(1);
                }
            }
        }
    }

    @Test
    void whatWasTakenReachesTheFarSideThroughKills() throws Exception {
        var posts = new AtomicInteger();
        var expected = new TreeSet<Integer>();
        try (var far = Receiver.start()) {
            far.usually((exchange, body) -> Receiver.status(posts.incrementAndGet() % 2 == 0 ? 500 : 200)
                    .answer(exchange, body));
            for (int life = 0; life < 3; life++) {
                // What was written and not said any more may have arrived: each life has numbers of its own.
                int from = life * 1_000_000;
                expected.addAll(Rig.numbers(from, live(far, from, from + 500)));
            }
            try (var rig = new Rig(directory.resolve("journal"))) {
                var plugin = rig.plugin(far.url());
                long end = System.nanoTime() + 60_000_000_000L;
                while (plugin.state().backlog() > 0 && System.nanoTime() < end) {
                    Thread.sleep(5);
                }
                assertEquals(0, plugin.state().backlog());
                plugin.stop();
            }
            List<Integer> numbers = far.numbers();
            expected.removeAll(new TreeSet<>(numbers));
            assertEquals(new TreeSet<>(), expected, "these are missing");
            // Whoever remembers the ids of batches has each record once, and in order.
            assertEquals(numbers.stream().distinct().sorted().toList(), numbers);
        }
    }

    /** Where the classes of this test come from: the property names only the jar of whoever runs the tests. */
    private static String classPath() {
        return Stream.of(
                        KillTest.class,
                        WebhookLog.class,
                        mta.journal.Journal.class,
                        mta.core.hooks.HookRunner.class,
                        mta.plugins.api.log.LogRecord.class,
                        mta.testkit.plugin.Settings.class,
                        org.slf4j.Logger.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** @return up to which number the process has said that they were taken */
    private int live(Receiver far, int from, int until) throws Exception {
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Node.class.getName(),
                        directory.resolve("journal").toString(),
                        far.url(),
                        Integer.toString(from))
                .redirectErrorStream(true)
                .start();
        int taken = from;
        try (var out = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            String last = "nothing";
            while (taken < until) {
                String line = out.readLine();
                assertTrue(line != null, "the process has ended: " + last);
                last = line;
                if (line.matches("\\d+")) {
                    taken = Integer.parseInt(line);
                }
            }
            node.destroyForcibly().waitFor();
        } finally {
            node.destroyForcibly();
        }
        return taken;
    }
}
