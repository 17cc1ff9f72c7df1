package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * What got 250 arrives, whenever the process dies; and it arrives twice only if the process died between the far side's
 * 250 and our record of it. More rounds with {@code -Dmta.crash.rounds=50}, the same again with
 * {@code -Dmta.crash.seed=...}.
 */
public class CrashIT {

    private static final int ROUNDS = Integer.getInteger("mta.crash.rounds", 2);
    private static final int CONNECTIONS = 20;
    private static final int BYTES = 10_240;
    private static final long LIMIT_SECONDS = 300;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    private final long seed = Long.getLong("mta.crash.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);

    /** A death of the node. Connections opened before {@code begun} are of the life before it. */
    private record Death(long begun, long over) {}

    @Test
    public void whatGot250ArrivesWhenTheNodeIsKilled() throws Exception {
        List<Death> deaths = new ArrayList<>();
        try (CountingSink sink = new CountingSink();
                NodeProcess node = new NodeProcess(folder.newFolder("kill").toPath(), relay(sink)).start();
                NumberedLoad load = new NumberedLoad(node.port(), CONNECTIONS, BYTES)) {
            for (int round = 0; round < ROUNDS; round++) {
                int enough = load.answeredCount() + 200 + random.nextInt(2_000);
                await("the load of round " + round, () -> load.answeredCount() >= enough || !node.isAlive());
                assertTrue("it lives until it is killed:\n" + node.said(), node.isAlive());
                long begun = System.nanoTime();
                node.kill();
                deaths.add(new Death(begun, System.nanoTime()));
                node.start();
            }
            int enough = load.answeredCount() + 200;
            await("mail after the last start", () -> load.answeredCount() >= enough);
            load.finish();
            drain(node, sink, load);
            assertEquals(node.said(), 0, node.terminate());

            nothingElse(sink, load);
            List<Integer> doubled = doubles(sink, deaths);
            System.out.println("crash seed " + seed + ": " + load.answeredCount() + " answered with 250, "
                    + sink.distinct() + " arrived, doubled at each of " + deaths.size() + " kills: " + doubled);
            for (int count : doubled) {
                assertTrue("seed " + seed + ", doubled per kill: " + doubled, count <= CONNECTIONS);
            }
        }
    }

    @Test
    public void anOrderlyStopUnderLoadLosesAndDoublesNothing() throws Exception {
        try (CountingSink sink = new CountingSink();
                NodeProcess node = new NodeProcess(folder.newFolder("stop").toPath(), relay(sink)).start();
                NumberedLoad load = new NumberedLoad(node.port(), CONNECTIONS, BYTES)) {
            for (int round = 0; round < 2; round++) {
                int enough = load.answeredCount() + 200 + random.nextInt(2_000);
                await("the load", () -> load.answeredCount() >= enough || !node.isAlive());
                assertEquals(node.said(), 0, node.terminate());
                assertTrue(node.said(), node.said().contains("mta stopped"));
                node.start();
            }
            int enough = load.answeredCount() + 200;
            await("mail after the last start", () -> load.answeredCount() >= enough);
            load.finish();
            drain(node, sink, load);
            assertEquals(node.said(), 0, node.terminate());

            nothingElse(sink, load);
            System.out.println("stop seed " + seed + ": " + load.answeredCount() + " answered with 250, "
                    + sink.distinct() + " arrived; refused with " + load.refusals());
            assertEquals("seed " + seed + ", arrived twice", List.of(), doubled(sink));
        }
    }

    private static String relay(CountingSink sink) {
        return "policy:\n  all:\n    route: \"[127.0.0.1]:" + sink.port() + "\"\n    tls: none\n    connections: "
                + CONNECTIONS + "\n    retry: 1s\n";
    }

    /** Until all that was answered has arrived and the queue is empty. */
    private void drain(NodeProcess node, CountingSink sink, NumberedLoad load) throws Exception {
        Collection<Long> answered = load.answered();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (node.queued() > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        List<Long> lost = new ArrayList<>(answered);
        lost.removeAll(sink.numbers());
        assertEquals("seed " + seed + ", answered with 250 and never arrived", List.of(), lost);
        assertEquals("seed " + seed + ", still queued", 0, node.queued());
    }

    /** What was refused did not arrive, nor did anything that nobody sent. */
    private void nothingElse(CountingSink sink, NumberedLoad load) {
        List<Long> wrong = new ArrayList<>(load.refused());
        wrong.retainAll(sink.numbers());
        assertEquals("seed " + seed + ", refused and arrived all the same", List.of(), wrong);
        assertTrue(sink.numbers().stream().allMatch(number -> number >= 1 && number <= load.started()));
    }

    private static List<Long> doubled(CountingSink sink) {
        return sink.numbers().stream()
                .filter(number -> sink.arrivals(number).size() > 1)
                .toList();
    }

    /**
     * How many were doubled at each death: each of them came the first time on a connection of the life before, as one of
     * its last messages, and again in a later life: the next one, unless that ended before its turn came.
     */
    private List<Integer> doubles(CountingSink sink, List<Death> deaths) {
        int[] counts = new int[deaths.size()];
        int furthest = 0;
        for (long number : doubled(sink)) {
            List<CountingSink.Link> arrivals = sink.arrivals(number);
            for (int i = 1; i < arrivals.size(); i++) {
                int before = life(arrivals.get(i - 1), deaths);
                int after = life(arrivals.get(i), deaths);
                assertTrue(
                        "seed " + seed + ", message " + number + " came twice, in lives " + before + " and " + after,
                        before < after);
                counts[before]++;
                furthest = Math.max(furthest, arrivals.get(i - 1).after(number));
            }
        }
        System.out.println(
                "crash seed " + seed + ": messages after a doubled one on its connection, at most " + furthest);
        return java.util.Arrays.stream(counts).boxed().toList();
    }

    private static int life(CountingSink.Link link, List<Death> deaths) {
        int life = 0;
        while (life < deaths.size() && link.opened > deaths.get(life).begun()) {
            life++;
        }
        return life;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue("waited too long for " + what, System.nanoTime() < end);
            Thread.sleep(10);
        }
    }
}
