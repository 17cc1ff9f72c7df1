package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mta.bench.load.Generator;
import mta.bench.load.Load;
import mta.bench.load.LoadResult;
import mta.bench.tally.Tally;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The gate: under full load from the load generator a Reception plugin, a Delivery plugin and a Transport are replaced
 * every 200 ms, each of the three. Nothing is lost, nothing doubled, nothing passes without the marks of all three, what
 * ends ends once, no connection is dropped, and the classes of old versions go. 20 seconds; an hour with
 * {@code ./mta test -Dgate.minutes=60}. A machine that is too slow for the pace takes longer for the same number of
 * swaps; what was reached is printed.
 */
public class SwapIT {

    private static final Duration LENGTH = Integer.getInteger("gate.minutes", 0) > 0
            ? Duration.ofMinutes(Integer.getInteger("gate.minutes"))
            : Duration.ofSeconds(Integer.getInteger("gate.seconds", 20));
    private static final Duration EVERY = Duration.ofMillis(200);
    private static final int VERSIONS = 10;
    private static final int CONNECTIONS = 20;
    private static final int BYTES = 4_096;
    private static final long LIMIT_SECONDS = 300;
    private static final List<String> PLUGINS = List.of("mark", "carry", "haul");
    private static final Set<String> MARKS = Set.of("X-Mark-In", "X-Mark-Out", "X-Mark-Way");

    private static final String BINDINGS = """
            binding:
              mark:
                plugin: mark
                point: Reception
                stages: [connect, mail, message, end, close]
                required: true
              carry:
                plugin: carry
                point: Delivery
                stages: [content, done]
                required: true
            policy:
              all:
                transport: haul
                connections: 10
                retry: 1s
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    @Test
    public void replacingPluginsUnderLoadCostsNoMail() throws Exception {
        Path jars = folder.newFolder("jars").toPath();
        for (String plugin : PLUGINS) {
            for (int version = 1; version <= VERSIONS; version++) {
                PluginJar jar = new PluginJar(plugin)
                        .header("Private-Package", "itest.plugins." + plugin + ",itest.plugins.note")
                        .version(version + ".0.0");
                // Every third one in place: the old one has gone before the new one comes.
                boolean inPlace = version % 3 == 0 && !plugin.equals("haul");
                if (inPlace) {
                    jar.header("Mta-Update", "in-place");
                }
                jar.to(jars.resolve(plugin + "-" + version + ".jar"));
            }
        }
        try (CountingSink sink = new CountingSink(MARKS);
                NodeProcess node = new NodeProcess(folder.newFolder("node").toPath(), BINDINGS)
                        .option("-Dmta.test.port=" + sink.port())) {
            Path deploy = Files.createDirectories(node.data().resolve("deploy"));
            for (String plugin : PLUGINS) {
                Files.copy(jars.resolve(plugin + "-1.jar"), deploy.resolve(plugin + "-1.jar"));
            }
            node.start();
            Console console = new Console(node);
            await("the plugins are live", () -> live(console) == PLUGINS.size());
            try (FullLoad load = new FullLoad(node.port())) {
                await("the load runs", () -> sink.distinct() > 2_000);
                swap(console, jars, 15);
                Loaders before = Loaders.of(node);
                List<Pace> paces = swap(console, jars, (int) (LENGTH.toMillis() / EVERY.toMillis()));
                Loaders after = Loaders.of(node);
                LoadResult sent = load.finish();
                await("the queue is empty", () -> queued(console) == 0);
                assertEquals(node.said(), 0, node.terminate());

                paces.forEach(pace -> System.out.println("gate: " + pace));
                System.out.printf(
                        "gate: %d messages, %.0f each second, %s before, %s after%n",
                        sent.counts().all(), sent.rate(), before, after);
                judge(sent, sink, node);
                // A version has about five classes and one loader: what leaks shows as hundreds.
                assertTrue("loaders: " + before + ", " + after, after.loaders() <= before.loaders() + 20);
                assertTrue("classes: " + before + ", " + after, after.classes() <= before.classes() + 500);
            }
        }
    }

    /** The load generator, on a thread of its own until it is told to end. */
    private static final class FullLoad implements AutoCloseable {

        private final Generator generator;
        private final FutureTask<LoadResult> run;

        FullLoad(int port) throws IOException {
            generator = new Generator(
                    Load.standard(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Tally.LIMIT)
                            .connections(CONNECTIONS)
                            .size(BYTES)
                            .duration(Duration.ofDays(1)));
            run = new FutureTask<>(generator::run);
            Thread.ofPlatform().daemon().name("load").start(run);
        }

        /** Begins no new message; returns when every one that was begun has its answer. */
        LoadResult finish() throws Exception {
            generator.cancel();
            return run.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            generator.cancel();
        }
    }

    /** How fast one plugin was replaced, again and again. */
    private record Pace(String plugin, Duration took, List<Long> millis) {

        private long percentile(int share) {
            return millis.stream().sorted().toList().get((millis.size() - 1) * share / 100);
        }

        @Override
        public String toString() {
            return String.format(
                    "%s replaced %d times, every %d ms; one took %d ms, 99 %% of them at most %d ms, the slowest %d ms",
                    plugin,
                    millis.size(),
                    took.toMillis() / millis.size(),
                    percentile(50),
                    percentile(99),
                    percentile(100));
        }
    }

    /** All three at the same time, each in a thread of its own. */
    private static List<Pace> swap(Console console, Path jars, int rounds) throws Exception {
        List<FutureTask<Pace>> tasks = PLUGINS.stream()
                .map(plugin -> new FutureTask<>(() -> swap(console, jars, plugin, rounds)))
                .toList();
        tasks.forEach(task -> Thread.ofPlatform().start(task));
        List<Pace> paces = new ArrayList<>();
        for (FutureTask<Pace> task : tasks) {
            paces.add(task.get());
        }
        return paces;
    }

    /** Each at its time, or as soon as the one before is done. */
    private static Pace swap(Console console, Path jars, String plugin, int rounds) throws Exception {
        List<Long> millis = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 1; i <= rounds; i++) {
            long began = System.nanoTime();
            String jar =
                    jars.resolve(plugin + "-" + (i % VERSIONS + 1) + ".jar").toString();
            Console.Answer answer = console.ask("plugin", "update", jar);
            if (answer.status() != 0) {
                throw new AssertionError(answer.text());
            }
            millis.add((System.nanoTime() - began) / 1_000_000);
            long due = start + i * EVERY.toNanos();
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
        return new Pace(plugin, Duration.ofNanos(System.nanoTime() - start), millis);
    }

    private void judge(LoadResult sent, CountingSink sink, NodeProcess node) throws IOException {
        assertEquals("no connection was dropped", "", sent.trouble());
        assertEquals(
                "nothing was put off or refused",
                sent.counts().all(),
                sent.counts().accepted());
        Set<Long> lost = new HashSet<>();
        for (long number = 0; number < sent.sent().end(); number++) {
            if (sent.sent().sum(number) != 0 && sink.arrivals(number).isEmpty()) {
                lost.add(number);
            }
        }
        assertEquals("answered with 250 and never arrived", Set.of(), lost);
        Set<Long> doubled = new HashSet<>();
        for (long number : sink.numbers()) {
            if (sink.arrivals(number).size() > 1) {
                doubled.add(number);
            }
        }
        assertEquals("arrived twice", Set.of(), doubled);
        assertEquals("arrived without a mark", Set.of(), sink.unmarked());

        Notes notes = Notes.read(node.data().resolve("var/notes"));
        notes.same("mail", "end");
        notes.same("connect", "close");
        notes.once("done");
        assertEquals("no connection was made again", CONNECTIONS, notes.count("connect"));
        assertEquals("done once for each", sent.counts().accepted(), notes.count("done"));
        assertEquals("none failed", 0, notes.count("failed"));
        System.out.println("gate: " + notes);
    }

    /** What all versions of the plugins have written down. */
    private static final class Notes {

        private final Path folder;

        /** By word: how many, and a sum over what they say, which no loss and no double leaves as it is. */
        private final Map<String, long[]> sums = new HashMap<>();

        private Notes(Path folder) {
            this.folder = folder;
        }

        static Notes read(Path folder) throws IOException {
            var notes = new Notes(folder);
            notes.forEach((word, what) -> {
                long[] sum = notes.sums.computeIfAbsent(word, _ -> new long[2]);
                sum[0]++;
                sum[1] += mix(what);
            });
            return notes;
        }

        private static long mix(String text) {
            long mixed = 1_125_899_906_842_597L;
            for (int i = 0; i < text.length(); i++) {
                mixed = 31 * mixed + text.charAt(i);
            }
            mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            return mixed ^ mixed >>> 31;
        }

        private interface Line {
            void read(String word, String what);
        }

        private void forEach(Line line) throws IOException {
            List<Path> files;
            try (Stream<Path> all = Files.list(folder)) {
                files = all.toList();
            }
            for (Path file : files) {
                for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    int blank = text.indexOf(' ');
                    line.read(text.substring(0, blank), text.substring(blank + 1));
                }
            }
        }

        long count(String word) {
            return sums.getOrDefault(word, new long[2])[0];
        }

        /** What has begun has ended, once each; the ids of beginnings are different by themselves. */
        void same(String began, String ended) throws IOException {
            long[] one = sums.get(began);
            long[] other = sums.get(ended);
            if (one[0] != other[0] || one[1] != other[1]) {
                Map<String, Integer> open = new HashMap<>();
                forEach((word, what) -> {
                    if (word.equals(began) || word.equals(ended)) {
                        open.merge(what, word.equals(began) ? 1 : -1, Integer::sum);
                    }
                });
                open.values().removeIf(count -> count == 0);
                throw new AssertionError(began + " without " + ended + " (1), or the reverse (-1): " + open);
            }
        }

        void once(String wanted) throws IOException {
            Set<String> seen = new HashSet<>();
            List<String> again = new ArrayList<>();
            forEach((word, what) -> {
                if (word.equals(wanted) && !seen.add(what)) {
                    again.add(what);
                }
            });
            assertEquals(wanted + " more than once", List.of(), again);
        }

        @Override
        public String toString() {
            Map<String, Long> counts = new java.util.TreeMap<>();
            sums.forEach((word, sum) -> counts.put(word, sum[0]));
            return counts.toString();
        }
    }

    /** How many class loaders and classes a process has, after a collection. */
    private record Loaders(long loaders, long classes) {

        static Loaders of(NodeProcess node) throws Exception {
            for (int i = 0; i < 3; i++) {
                node.jcmd("GC.run");
            }
            for (String line : node.jcmd("VM.classloader_stats").lines().toList()) {
                String[] words = line.strip().split("\\s+");
                if (words[0].equals("Total")) {
                    return new Loaders(Long.parseLong(words[2]), Long.parseLong(words[3]));
                }
            }
            throw new IllegalStateException("no total");
        }
    }

    private static int live(Console console) {
        String list = ask(console, "plugin", "list");
        return (int) list.lines()
                .filter(line -> line.startsWith("test.") && line.contains("live"))
                .count();
    }

    private static long queued(Console console) {
        String summary = ask(console, "queue", "summary", "--json");
        var total = java.util.regex.Pattern.compile("\"total\", \"entries\": *([0-9]+)")
                .matcher(summary);
        return total.find() ? Long.parseLong(total.group(1)) : -1;
    }

    private static String ask(Console console, String... words) {
        try {
            return console.ask(words).text();
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue("waited too long until " + what, System.nanoTime() < end);
            Thread.sleep(50);
        }
    }
}
