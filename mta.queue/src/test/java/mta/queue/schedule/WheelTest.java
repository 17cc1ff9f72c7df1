package mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import mta.queue.index.Entry;
import mta.queue.index.EntryState;
import mta.queue.index.Index;
import mta.queue.index.QueueKey;
import org.junit.jupiter.api.Test;

class WheelTest {

    private static final long NOW = 1_800_000_123L;
    private static final long NEVER = 0xffff_fffeL;

    private final Index index = new Index();
    private final Wheel wheel = new Wheel(index, NOW);

    private int add(long message, long expiry) {
        return index.add(new Entry(
                message, 0, new QueueKey("t", "c", "d", ""), "", NOW, NOW, expiry, 0, 5, EntryState.HELD, 1, 1));
    }

    private List<Long> advance(long to) {
        List<Long> seen = new ArrayList<>();
        assertTrue(wheel.advance(to, Integer.MAX_VALUE, slot -> {
            seen.add(index.messageAt(slot));
            index.remove(slot);
        }));
        return seen;
    }

    /** Each delay comes in its second, neither before nor after: the edges of every level, from every phase. */
    @Test
    void everyDelayComesInItsSecond() {
        long[] delays = {
            0,
            1,
            2,
            255,
            256,
            257,
            511,
            512,
            16_383,
            16_384,
            16_385,
            1_048_575,
            1_048_576,
            1_048_577,
            5_000_000,
            67_108_863
        };
        for (long phase : new long[] {0, 1, 133, 255, 16_383, 1_000_000}) {
            Index fresh = new Index();
            Wheel turning = new Wheel(fresh, NOW + phase);
            for (long delay : delays) {
                int slot = fresh.add(new Entry(
                        delay, 0, new QueueKey("t", "c", "d", ""), "", NOW, NOW, NEVER, 0, 5, EntryState.HELD, 1, 1));
                turning.insert(slot, NOW + phase + delay);
                assertEquals(EntryState.SCHEDULED, fresh.entry(slot).state());
            }
            for (long delay : delays) {
                List<Long> seen = new ArrayList<>();
                if (delay > 0) {
                    turning.advance(
                            NOW + phase + delay - 1, Integer.MAX_VALUE, slot -> seen.add(fresh.messageAt(slot)));
                    assertEquals(List.of(), seen, "early, phase " + phase);
                }
                turning.advance(NOW + phase + delay, Integer.MAX_VALUE, slot -> seen.add(fresh.messageAt(slot)));
                assertEquals(List.of(delay), seen, "phase " + phase);
            }
        }
    }

    /** Random insertions, removals and steps of time, against a map. */
    @Test
    void agreesWithAModel() {
        Random random = new Random(9);
        Map<Long, Long> model = new HashMap<>();
        long now = NOW;
        long next = NOW;
        long message = 0;
        for (int step = 0; step < 3000; step++) {
            for (int i = random.nextInt(20); i > 0; i--) {
                long due = now + (long) Math.pow(10, random.nextDouble() * 6.5) - 1;
                long expiry = random.nextInt(10) == 0 ? now + random.nextInt(5000) : NEVER;
                wheel.insert(add(++message, expiry), due);
                model.put(message, Math.max(next, Math.min(due, expiry)));
            }
            if (random.nextBoolean() && !model.isEmpty()) {
                long gone = model.keySet().iterator().next();
                model.remove(gone);
                index.remove(index.find(gone, 0));
            }
            if (random.nextBoolean() && !model.isEmpty()) {
                long moved = model.keySet().iterator().next();
                long due = now + random.nextInt(2000);
                int slot = index.find(moved, 0);
                wheel.insert(slot, due);
                model.put(moved, Math.max(next, Math.min(due, index.entry(slot).expiry())));
            }
            now += random.nextInt(100) == 0 ? random.nextInt(300_000) : random.nextInt(40);
            List<Long> seen = advance(now);
            long last = 0;
            for (long one : seen) {
                long due = model.remove(one);
                assertTrue(due <= now && due >= last, "out of order");
                last = due;
            }
            next = now + 1;
            long until = now;
            assertTrue(model.values().stream().allMatch(due -> due > until), "missed");
        }
        assertTrue(message > 10_000);
    }

    @Test
    void neverWaitsPastItsExpiry() {
        int slot = add(1, NOW + 50);
        wheel.insert(slot, NOW + 5000);
        assertEquals(NOW + 50, index.entry(slot).due());
        assertEquals(List.of(), advance(NOW + 49));
        assertEquals(List.of(1L), advance(NOW + 50));
    }

    @Test
    void beyondTheSpanGoesRoundAgain() {
        long years = 5L * 365 * 86_400;
        wheel.insert(add(1, NEVER), NOW + years);
        assertEquals(List.of(), advance(NOW + years - 1));
        assertEquals(List.of(1L), advance(NOW + years));
    }

    /** A limit splits the work of one second, and of one cascade, over several calls. */
    @Test
    void workIsDoneInSteps() {
        for (int i = 0; i < 1000; i++) {
            wheel.insert(add(i, NEVER), NOW + 20_000);
        }
        List<Long> seen = new ArrayList<>();
        int calls = 0;
        while (!wheel.advance(NOW + 20_000, 64, slot -> {
            seen.add(index.messageAt(slot));
            index.remove(slot);
        })) {
            calls++;
            // What comes in between must not get lost in a half-spread list.
            wheel.insert(add(10_000 + calls, NEVER), NOW + 20_000);
        }
        assertTrue(calls >= 1000 / 64 * 3, "calls " + calls);
        assertEquals(1000 + calls, seen.size());
        assertEquals(0, index.size());
    }

    @Test
    void leavesWhenItsStateChanges() {
        int slot = add(1, NEVER);
        wheel.insert(slot, NOW + 10);
        index.state(slot, EntryState.HELD);
        assertEquals(List.of(), advance(NOW + 100));
        wheel.insert(slot, NOW + 50);
        assertFalse(index.entry(slot).state() == EntryState.HELD);
        assertEquals(List.of(1L), advance(NOW + 101));
    }
}
