package mta.queue.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class IndexTest {

    private static final long NOW = 1_800_000_000L;

    private final Index index = new Index();

    static Entry entry(long message, int entry, QueueKey queue) {
        return new Entry(
                message, entry, queue, "sender.example", NOW, NOW, NOW + 86_400, 0, 5, EntryState.READY, 1000, 1);
    }

    static QueueKey queue(String tenant, String destination) {
        return new QueueKey(tenant, "c", destination, "");
    }

    private static Entry random(Random random, long message, int entry) {
        QueueKey queue = new QueueKey(
                "t" + random.nextInt(4),
                "c" + random.nextInt(3),
                "d" + random.nextInt(30),
                random.nextInt(5) == 0 ? "bulk" : "");
        return new Entry(
                message,
                entry,
                queue,
                random.nextInt(9) == 0 ? "" : "s" + random.nextInt(5),
                NOW - random.nextInt(100_000),
                NOW + random.nextInt(5000) - 1000,
                NOW + random.nextInt(100_000) - 5000,
                random.nextInt(20),
                random.nextInt(10),
                EntryState.values()[random.nextInt(5)],
                random.nextInt(1_000_000),
                1 + random.nextInt(50));
    }

    /** 200,000 random steps against a plain map; afterwards everything agrees: entries, counts, filters. */
    @Test
    void agreesWithAModel() {
        Random random = new Random(4);
        Map<List<Long>, Entry> model = new HashMap<>();
        List<List<Long>> keys = new ArrayList<>();
        Map<QueueKey, String> sites = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            if (keys.size() < 1000 || random.nextInt(20) < 7) {
                Entry fresh = random(random, 1000 + step / 2, step % 2);
                index.add(fresh);
                model.put(List.of(fresh.message(), (long) fresh.entry()), fresh);
                keys.add(List.of(fresh.message(), (long) fresh.entry()));
                continue;
            }
            int at = random.nextInt(keys.size());
            List<Long> key = keys.get(at);
            Entry old = model.get(key);
            int slot = index.find(key.get(0), key.get(1).intValue());
            assertEquals(old, index.entry(slot));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    index.remove(slot);
                    model.remove(key);
                    keys.set(at, keys.getLast());
                    keys.removeLast();
                    assertEquals(Index.NONE, index.find(key.get(0), key.get(1).intValue()));
                }
                case 3, 4 -> {
                    EntryState state = EntryState.values()[random.nextInt(5)];
                    index.state(slot, state);
                    model.put(key, with(old, old.queue(), state, old.attempts()));
                }
                case 5 -> {
                    index.attempts(slot, old.attempts() + 1);
                    model.put(key, with(old, old.queue(), old.state(), old.attempts() + 1));
                }
                case 6 -> {
                    QueueKey queue = random(random, 0, 0).queue();
                    index.queue(slot, queue);
                    model.put(key, with(old, queue, old.state(), old.attempts()));
                }
                default -> {
                    String site = "mx" + random.nextInt(3);
                    index.site(index.queue(slot), site);
                    sites.put(old.queue(), site);
                }
            }
        }
        assertEquals(model.size(), index.size());
        compareCounts(model);
        compareFilters(model);
    }

    private static Entry with(Entry old, QueueKey queue, EntryState state, int attempts) {
        return new Entry(
                old.message(),
                old.entry(),
                queue,
                old.sender(),
                old.arrival(),
                old.due(),
                old.expiry(),
                attempts,
                old.priority(),
                state,
                old.bytes(),
                old.recipients());
    }

    private void compareCounts(Map<List<Long>, Entry> model) {
        while (!index.sweep(0, 1000, _ -> {})) {
            // One whole round, so that the oldest are exact.
        }
        while (!index.sweep(0, 1000, _ -> {})) {
            // The round before began in the middle of the changes.
        }
        Map<Dimension, Function<QueueKey, String>> dimensions = Map.of(
                Dimension.TENANT,
                QueueKey::tenant,
                Dimension.CAMPAIGN,
                QueueKey::campaign,
                Dimension.DESTINATION,
                QueueKey::destination,
                Dimension.CLASS,
                QueueKey::klass);
        dimensions.forEach((dimension, name) -> {
            Map<String, Tally> expected = new TreeMap<>();
            model.values()
                    .forEach(entry -> expected.merge(
                            name.apply(entry.queue()), tally(name.apply(entry.queue()), entry), IndexTest::sum));
            Map<String, Tally> actual = new TreeMap<>();
            index.summary(dimension).forEach(tally -> actual.put(tally.name(), tally));
            assertEquals(expected, actual);
            expected.forEach((row, tally) ->
                    assertEquals(tally, index.summary(dimension, row).orElseThrow()));
        });
        Map<QueueKey, Tally> expected = new HashMap<>();
        model.values().forEach(entry -> expected.merge(entry.queue(), tally("", entry), IndexTest::sum));
        Map<QueueKey, Tally> actual = new HashMap<>();
        index.eachQueue(actual::put);
        assertEquals(expected, actual);
        assertEquals(expected.size(), index.queueCount());
        assertEquals(
                model.values().stream()
                        .map(entry -> tally("", entry))
                        .reduce(IndexTest::sum)
                        .orElseThrow(),
                index.total());
        assertEquals(
                index.size(),
                index.summary(Dimension.SITE).stream().mapToLong(Tally::entries).sum());
    }

    private static Tally tally(String name, Entry entry) {
        long[] states = new long[5];
        states[entry.state().ordinal()] = 1;
        return new Tally(
                name,
                states[0],
                states[1],
                states[2],
                states[3],
                states[4],
                entry.bytes(),
                Optional.of(Instant.ofEpochSecond(entry.arrival())));
    }

    private static Tally sum(Tally one, Tally other) {
        Instant oldest = one.oldest().orElseThrow().isBefore(other.oldest().orElseThrow())
                ? one.oldest().orElseThrow()
                : other.oldest().orElseThrow();
        return new Tally(
                one.name(),
                one.scheduled() + other.scheduled(),
                one.ready() + other.ready(),
                one.inflight() + other.inflight(),
                one.held() + other.held(),
                one.suspended() + other.suspended(),
                one.bytes() + other.bytes(),
                Optional.of(oldest));
    }

    private void compareFilters(Map<List<Long>, Entry> model) {
        Map<Filter, Predicate<Entry>> filters = new HashMap<>();
        filters.put(new Filter.All(), _ -> true);
        filters.put(new Filter.And(List.of()), _ -> true);
        filters.put(new Filter.Or(List.of()), _ -> false);
        filters.put(Filter.tenant("t1"), entry -> entry.queue().tenant().equals("t1"));
        filters.put(
                Filter.destination("D1*"), entry -> entry.queue().destination().startsWith("d1"));
        filters.put(
                Filter.destination("d?"), entry -> entry.queue().destination().length() == 2);
        filters.put(
                Filter.campaign("c0").and(new Filter.Named(Dimension.CLASS, "bulk")),
                entry -> entry.queue().campaign().equals("c0")
                        && entry.queue().klass().equals("bulk"));
        filters.put(new Filter.Sender(""), entry -> entry.sender().isEmpty());
        filters.put(
                new Filter.Not(new Filter.Sender("s*")), entry -> entry.sender().isEmpty());
        filters.put(
                new Filter.In(Set.of(EntryState.HELD, EntryState.SUSPENDED)),
                entry -> entry.state() == EntryState.HELD || entry.state() == EntryState.SUSPENDED);
        filters.put(
                new Filter.Range(Filter.Field.AGE, 1000, 2000),
                entry -> NOW - entry.arrival() >= 1000 && NOW - entry.arrival() <= 2000);
        filters.put(new Filter.Range(Filter.Field.DUE_IN, Long.MIN_VALUE, 0), entry -> entry.due() <= NOW);
        filters.put(
                new Filter.Range(Filter.Field.EXPIRES_IN, 0, 500),
                entry -> entry.expiry() >= NOW && entry.expiry() <= NOW + 500);
        filters.put(
                new Filter.Range(Filter.Field.BYTES, 5000, 9000),
                entry -> entry.bytes() >= 5000 && entry.bytes() <= 9000);
        filters.put(new Filter.Range(Filter.Field.ATTEMPTS, 3, 3), entry -> entry.attempts() == 3);
        filters.put(new Filter.Range(Filter.Field.PRIORITY, 0, 2), entry -> entry.priority() <= 2);
        filters.put(new Filter.Range(Filter.Field.RECIPIENTS, 40, 99), entry -> entry.recipients() >= 40);
        filters.put(new Filter.Message(50_000), entry -> entry.message() == 50_000);
        filters.put(
                new Filter.Or(List.of(Filter.tenant("t1"), Filter.tenant("t2"))),
                entry -> entry.queue().tenant().equals("t1")
                        || entry.queue().tenant().equals("t2"));
        filters.forEach((filter, expected) -> {
            Set<List<Long>> wanted = new HashSet<>();
            model.forEach((key, entry) -> {
                if (expected.test(entry)) {
                    wanted.add(key);
                }
            });
            Set<List<Long>> seen = new HashSet<>();
            Scan scan = index.scan(filter, NOW);
            SlotVisitor visitor =
                    slot -> assertTrue(seen.add(List.of(index.messageAt(slot), (long) index.entryAt(slot))));
            while (scan.step(777, visitor)) {
                assertTrue(scan.progress() <= 1);
            }
            assertEquals(wanted, seen, filter.toString());
        });
    }

    @Test
    void staleSlotIsNoticed() {
        int slot = index.add(entry(1, 0, queue("t", "d")));
        index.remove(slot);
        assertFalse(index.is(slot, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> index.state(slot, EntryState.HELD));
        assertEquals(slot, index.add(entry(2, 0, queue("t", "d"))));
        assertFalse(index.is(slot, 1, 0));
        assertTrue(index.is(slot, 2, 0));
        assertThrows(IllegalArgumentException.class, () -> index.add(entry(2, 0, queue("t", "d"))));
        assertThrows(IllegalArgumentException.class, () -> index.entry(-1));
        assertThrows(IllegalArgumentException.class, () -> index.entry(1_000_000));
    }

    @Test
    void valuesBeyondTheColumnsStayAtTheirEnds() {
        int slot = index.add(new Entry(
                1,
                0,
                queue("t", "d"),
                "",
                -5,
                Long.MAX_VALUE,
                4_000_000_000L,
                1_000_000,
                9,
                EntryState.HELD,
                1L << 40,
                100_000));
        Entry kept = index.entry(slot);
        assertEquals(0, kept.arrival());
        assertEquals(0xffff_fffeL, kept.due());
        assertEquals(4_000_000_000L, kept.expiry());
        assertEquals(0xffff, kept.attempts());
        assertEquals(0xffff_fffeL, kept.bytes());
        assertEquals(0xffff, kept.recipients());
        index.remove(slot);
        assertEquals(0, index.total().bytes());
    }

    /** A queue without entries is forgotten: its number, its rows, what was attached. */
    @Test
    void queuesComeAndGo() {
        for (int i = 0; i < 10_000; i++) {
            int slot = index.add(entry(i, 0, queue("t" + i, "d" + i)));
            assertEquals(0, index.queue(slot));
            assertEquals(Optional.empty(), index.attachment(0));
            index.attach(0, "owner " + i);
            index.site(0, "site" + i);
            assertEquals(Optional.of("owner " + i), index.attachment(0));
            index.remove(slot);
        }
        for (Dimension dimension : Dimension.values()) {
            assertEquals(List.of(), index.summary(dimension));
        }
        assertEquals(0, index.queueCount());
        assertEquals(Optional.empty(), index.total().oldest());
    }

    /** A number that changes its name under a running scan must not be taken for the old one. */
    @Test
    void scanSeesThroughReusedNumbers() {
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            first.add(index.add(entry(i, 0, queue("evil", "d"))));
        }
        for (int i = 10; i < 20; i++) {
            index.add(entry(i, 0, queue("filler", "d")));
        }
        Scan scan = index.scan(Filter.tenant("evil"), NOW);
        AtomicInteger seen = new AtomicInteger();
        assertTrue(scan.step(10, _ -> seen.incrementAndGet()));
        assertEquals(10, seen.get());
        first.forEach(index::remove);
        int fresh = index.add(entry(100, 0, queue("good", "d")));
        for (int i = 200; i < 220; i++) {
            index.add(entry(i, 0, queue("good", "d")));
        }
        assertTrue(index.queue(fresh) == 0, "the test needs the number to be used again");
        while (scan.step(10, _ -> seen.incrementAndGet())) {
            // On to the end.
        }
        assertEquals(10, seen.get());
    }

    @Test
    void sweepFindsWhatExpiredWhereverItWaits() {
        Set<Long> expected = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            EntryState state = EntryState.values()[i % 5];
            boolean expired = i % 3 == 0;
            index.add(new Entry(i, 0, queue("t", "d"), "", NOW - i, NOW, expired ? NOW : NOW + 1, 0, 5, state, 1, 1));
            if (expired && state != EntryState.INFLIGHT) {
                expected.add((long) i);
            }
        }
        Set<Long> seen = new TreeSet<>();
        while (!index.sweep(NOW, 100, slot -> {
            seen.add(index.messageAt(slot));
            index.remove(slot);
        })) {
            // On to the end of the round.
        }
        assertEquals(expected, seen);
        while (!index.sweep(NOW, 100, _ -> {})) {
            // The next round sees what is left.
        }
        assertEquals(
                Optional.of(Instant.ofEpochSecond(NOW - 998)), index.total().oldest());
    }

    @Test
    void changesWithinASweepKeepTheOldest() {
        for (int i = 0; i < 100; i++) {
            index.add(entry(i, 0, queue("t", "d")));
        }
        assertFalse(index.sweep(0, 50, _ -> {}));
        index.remove(index.find(10, 0));
        index.add(new Entry(500, 0, queue("t", "e"), "", NOW - 77, NOW, NOW, 0, 5, EntryState.HELD, 1, 1));
        while (!index.sweep(0, 50, _ -> {})) {
            // To the end.
        }
        assertEquals(Optional.of(Instant.ofEpochSecond(NOW - 77)), index.total().oldest());
        assertEquals(
                Optional.of(Instant.ofEpochSecond(NOW - 77)),
                index.tally(queue("t", "e")).orElseThrow().oldest());
    }

    @Test
    void manyThreadsKeepTheCountsRight() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            int number = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5000; i++) {
                    int slot = index.add(entry((long) number << 32 | i, 0, queue("t" + number % 3, "d" + i % 50)));
                    index.state(slot, EntryState.INFLIGHT);
                    index.state(slot, EntryState.SCHEDULED);
                    if (i % 2 == 0) {
                        index.remove(slot);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(16 * 2500, index.size());
        assertEquals(16 * 2500, index.total().scheduled());
        assertEquals(16 * 2500L * 1000, index.total().bytes());
        assertEquals(
                16 * 2500,
                index.summary(Dimension.DESTINATION).stream()
                        .mapToLong(Tally::scheduled)
                        .sum());
    }
}
