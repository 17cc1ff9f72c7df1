package plugins.logkafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.logkafka.Rig.await;
import static plugins.logkafka.Rig.records;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Kafka. */
@Tag("peers")
@Timeout(600)
class KafkaPeersTest {

    @TempDir
    Path directory;

    private Rig rig() {
        return new Rig(directory.resolve("journal"));
    }

    private static void sent(KafkaLog plugin, long records) throws InterruptedException {
        await("the brokers have " + records, () -> plugin.state().sender().sent() == records);
        assertEquals(0, plugin.state().backlog());
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    private static List<Integer> numbersOf(List<String> lines) {
        return lines.stream()
                .map(line -> Integer.valueOf(words(line)[4]))
                .sorted()
                .toList();
    }

    /** The messages' records are together and in order. */
    private static void assertOrderOfKeys(List<String> lines) {
        var partitions = new HashMap<String, String>();
        var last = new HashMap<String, Integer>();
        for (String line : lines) {
            String[] words = words(line);
            String key = words[1];
            assertEquals(words[0], partitions.computeIfAbsent(key, _ -> words[0]), "one partition for " + key);
            int number = Integer.parseInt(words[4]);
            assertEquals("m" + number % 10, key);
            assertEquals(Long.toString((1_700_000_000L + number) * 1000), words[3]);
            assertTrue(last.getOrDefault(key, -1) < number, line);
            last.put(key, number);
        }
    }

    @Test
    void recordsArriveOverEveryKindOfConnection() throws Exception {
        var broker = new Broker(directory);
        Process process = broker.start();
        try (var rig = rig()) {
            var open = rig.plugin(broker.address());
            open.write(records(0, 1000));
            sent(open, 1000);
            open.stop();
            List<String> lines = broker.read("mta-records");
            assertEquals(numbers(0, 1000), numbersOf(lines));
            assertOrderOfKeys(lines);

            Object[] tls = {
                "tls",
                true,
                "trust",
                broker.trust.toString(),
                "identity",
                broker.identity.toString(),
                "compression",
                "gzip"
            };
            var scram = rig.plugin(
                    broker.secureAddress(),
                    with(tls, "user", "ann", "password", Broker.PASSWORD + "\n", "topic", "scram"));
            scram.write(records(0, 100));
            sent(scram, 100);
            scram.stop();
            assertEquals(numbers(0, 100), numbersOf(broker.read("scram")));

            var plain = rig.plugin(
                    broker.secureAddress(),
                    with(tls, "user", "bob", "password", "plain", "mechanism", "PLAIN", "topics.Test", "plain"));
            plain.write(records(0, 100));
            sent(plain, 100);
            plain.stop();
            assertEquals(numbers(0, 100), numbersOf(broker.read("plain")));

            var stranger =
                    rig.plugin(broker.secureAddress(), with(tls, "user", "ann", "password", "wrong", "topic", "late"));
            stranger.write(records(0, 10));
            await("a failure", () -> stranger.state().sender().failures() > 0);
            String trouble = stranger.state().sender().trouble();
            assertTrue(trouble.contains("invalid credentials"), trouble);
            stranger.modified(rig.config(broker.address(), new HashMap<>(), "topic", "late"), Map.of());
            sent(stranger, 10);
            stranger.stop();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Object[] with(Object[] settings, Object... more) {
        var all = new ArrayList<Object>(List.of(settings));
        all.addAll(List.of(more));
        return all.toArray();
    }

    /** Larger than its message.max.bytes: refused by the broker, not by the client. */
    @Test
    void whatTheBrokerRefusesIsGivenUpWhereSaid() throws Exception {
        var broker = new Broker(directory);
        Process process = broker.start();
        try (var rig = rig()) {
            var plugin = rig.plugin(broker.address(), "format", "padded", "skipRefused", true);
            rig.hooks.register(
                    mta.plugins.api.log.RecordFormat.class,
                    (mta.plugins.api.log.RecordFormat) record -> {
                        int n = (Integer) ((mta.plugins.api.log.LogRecord.Event) record)
                                .values()
                                .get("n");
                        return (n == 13 ? "x".repeat(200_000) : Integer.toString(n)).getBytes(StandardCharsets.UTF_8);
                    },
                    Map.of("mta.plugin", "padded", "mta.named", "padded"));
            rig.hooks.bind(List.of());
            plugin.write(records(0, 40));
            await("all but one", () -> plugin.state().sender().sent() == 39);
            assertEquals(1, plugin.state().sender().skipped());
            var expected = new ArrayList<>(numbers(0, 40));
            expected.remove(Integer.valueOf(13));
            assertEquals(expected, numbersOf(broker.read("mta-records")));
            plugin.stop();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Records go on while it is killed and started again; nothing is lost, and ids tell what came twice. */
    @Test
    void aBrokerThatIsKilledLosesNothing() throws Exception {
        var broker = new Broker(directory);
        Process process = broker.start();
        try (var rig = rig()) {
            var plugin = rig.plugin(broker.address(), "maxRecords", 50);
            int n = 0;
            for (int life = 0; life < 2; life++) {
                int before = n;
                while (n < before + 1000 || plugin.state().sender().sent() < before + 200) {
                    plugin.write(records(n, n + 10));
                    n += 10;
                    Thread.sleep(1); // so that it is killed in the middle of it
                }
                process.destroyForcibly().waitFor();
                int killed = n;
                while (n < killed + 200) {
                    plugin.write(records(n, n + 10));
                    n += 10;
                }
                await("it is missed", () -> plugin.state().sender().failures() > 0);
                assertTrue(plugin.state().backlog() > 0);
                process = broker.start();
            }
            sent(plugin, n);
            plugin.stop();
            assertAllThere(broker, numbers(0, n));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void assertAllThere(Broker broker, List<Integer> expected) throws Exception {
        var seen = new HashSet<String>();
        List<String> once = broker.read("mta-records").stream()
                .filter(line -> seen.add(words(line)[2]))
                .toList();
        var missing = new TreeSet<>(expected);
        missing.removeAll(numbersOf(once));
        assertEquals(new TreeSet<>(), missing, "these are missing");
        assertEquals(
                once.size(),
                once.stream().map(line -> words(line)[4]).distinct().count(),
                "whoever remembers ids has each record once");
    }

    /** The process: takes records and says how many it has taken. */
    public static final class Node {
        public static void main(String[] arguments) throws Exception {
            try (var rig = new Rig(Path.of(arguments[0]))) {
                var plugin = rig.plugin(arguments[1], "maxRecords", 50);
                for (int n = Integer.parseInt(arguments[2]); true; n += 10) {
                    plugin.write(records(n, n + 10));
                    System.out.println(n + 10);
                    Thread.sleep(1);
                }
            }
        }
    }

    @Test
    void aNodeThatIsKilledLosesNothing() throws Exception {
        var broker = new Broker(directory);
        Process process = broker.start();
        try (var rig = rig()) {
            var expected = new TreeSet<Integer>();
            for (int life = 0; life < 2; life++) {
                // What was written and not said any more may have arrived: each life has numbers of its own.
                int from = life * 1_000_000;
                expected.addAll(numbers(from, live(broker, from, from + 3000)));
            }
            var plugin = rig.plugin(broker.address());
            await("all is sent", () -> plugin.state().backlog() == 0);
            plugin.stop();
            assertAllThere(broker, List.copyOf(expected));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** @return up to which number the process has said that they were taken */
    private int live(Broker broker, int from, int until) throws Exception {
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        ClassPath.ofTheTest(),
                        Node.class.getName(),
                        directory.resolve("journal").toString(),
                        broker.address(),
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
        } finally {
            node.destroyForcibly().waitFor();
        }
        return taken;
    }
}
