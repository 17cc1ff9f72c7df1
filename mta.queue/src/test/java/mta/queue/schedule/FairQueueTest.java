package mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import mta.queue.index.Entry;
import mta.queue.index.EntryState;
import mta.queue.index.Index;
import mta.queue.index.QueueKey;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private final Index index = new Index();
    private final FairQueue fair = new FairQueue(index);
    private long message;

    private static QueueKey key(String tenant) {
        return new QueueKey(tenant, "", "d.example", "");
    }

    private int offer(FairQueue queue, String tenant, int priority, int weight, long bytes) {
        int slot =
                index.add(new Entry(++message, 0, key(tenant), "", 1, 1, 1000, 0, priority, EntryState.HELD, bytes, 1));
        queue.offer(slot, weight);
        return slot;
    }

    private String pick() {
        int slot = fair.pick();
        if (slot == Index.NONE) {
            return "none";
        }
        Entry entry = index.entry(slot);
        assertEquals(EntryState.INFLIGHT, entry.state());
        index.remove(slot);
        return entry.queue().tenant();
    }

    private Map<String, Integer> picks(int count) {
        Map<String, Integer> served = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            served.merge(pick(), 1, Integer::sum);
        }
        return served;
    }

    @Test
    void oneMessageIsNotBuriedUnderABlast() {
        for (int i = 0; i < 100_000; i++) {
            offer(fair, "blast", 5, 1, 1000);
        }
        for (int i = 0; i < 50; i++) {
            pick();
        }
        offer(fair, "reset", 5, 1, 1000);
        int waited = 0;
        while (!pick().equals("reset")) {
            waited++;
        }
        assertTrue(waited <= FairQueue.QUANTUM, "waited for " + waited);
    }

    @Test
    void sharesFollowTheWeights() {
        for (int i = 0; i < 10_000; i++) {
            offer(fair, "a", 5, 1, 100);
            offer(fair, "b", 5, 3, 100);
            offer(fair, "c", 5, 6, 100);
        }
        Map<String, Integer> served = picks(8000);
        assertEquals(800, served.get("a"), 8);
        assertEquals(2400, served.get("b"), 24);
        assertEquals(4800, served.get("c"), 48);
    }

    /** Large messages spend a turn faster, up to a bound. */
    @Test
    void sizeCounts() {
        for (int i = 0; i < 3000; i++) {
            offer(fair, "small", 5, 1, 10_000);
            offer(fair, "medium", 5, 1, 200_000);
            offer(fair, "huge", 5, 1, 500_000_000);
        }
        Map<String, Integer> served = picks(1100);
        assertEquals(800, served.get("small"), 8);
        assertEquals(200, served.get("medium"), 4);
        assertEquals(100, served.get("huge"), 2);
    }

    @Test
    void priorityIsStrictAndWithinAQueue() {
        offer(fair, "a", 9, 100, 1);
        offer(fair, "a", 5, 1, 1);
        offer(fair, "b", 0, 1, 1);
        offer(fair, "a", 0, 1, 1);
        offer(fair, "b", 5, 1, 1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            order.add(index.entry(fair.pick()).priority());
        }
        assertEquals(List.of(0, 0, 5, 5, 9), order);
        assertEquals(Index.NONE, fair.pick());
    }

    @Test
    void orderWithinAQueueIsKept() {
        for (int i = 0; i < 1000; i++) {
            offer(fair, i % 2 == 0 ? "a" : "b", 5, 2, i * 1000);
        }
        Map<String, Long> last = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            Entry entry = index.entry(fair.pick());
            assertTrue(last.getOrDefault(entry.queue().tenant(), 0L) < entry.message());
            last.put(entry.queue().tenant(), entry.message());
        }
    }

    /** With mail coming and going at random, every queue is served again within one turn of all others. */
    @Test
    void nobodyStarves() {
        Random random = new Random(3);
        Map<String, Integer> since = new TreeMap<>();
        int tenants = 20;
        for (int t = 0; t < tenants; t++) {
            since.put("t" + t, 0);
            offer(fair, "t" + t, 5, 1 + t % 3, 1000);
            offer(fair, "t" + t, 5, 1 + t % 3, 1000);
        }
        for (int i = 0; i < 50_000; i++) {
            String served = pick();
            since.replaceAll((_, count) -> count + 1);
            since.put(served, 0);
            offer(fair, served, 5, 1 + Integer.parseInt(served.substring(1)) % 3, random.nextInt(1_000_000));
            for (int waited : since.values()) {
                assertTrue(waited <= tenants * 3 * FairQueue.QUANTUM, "waited for " + waited);
            }
        }
    }

    @Test
    void removedEntriesAreNotPicked() {
        Random random = new Random(5);
        Set<Integer> left = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            left.add(offer(fair, "t" + random.nextInt(40), random.nextInt(10), 1, 1));
        }
        for (int slot : List.copyOf(left)) {
            int action = random.nextInt(3);
            if (action == 0) {
                index.remove(slot);
                left.remove(slot);
            } else if (action == 1) {
                index.state(slot, EntryState.SUSPENDED);
                left.remove(slot);
            }
        }
        while (!fair.isEmpty()) {
            assertTrue(left.remove(fair.pick()));
        }
        assertEquals(Set.of(), left);
        assertEquals(Index.NONE, fair.pick());
    }

    @Test
    void pausedQueueIsPassedOver() {
        for (int i = 0; i < 10; i++) {
            offer(fair, "a", 5, 1, 1);
            offer(fair, "b", 5, 1, 1);
        }
        fair.pause(key("a"));
        assertEquals(Map.of("b", 10, "none", 1), picks(11));
        assertTrue(fair.isEmpty());
        offer(fair, "a", 5, 1, 1);
        assertTrue(fair.isEmpty());
        fair.resume(key("a"));
        assertFalse(fair.isEmpty());
        assertEquals(Map.of("a", 11, "none", 1), picks(12));
    }

    @Test
    void queueMovesToAnotherPath() {
        FairQueue other = new FairQueue(index);
        offer(other, "a", 5, 1, 1);
        for (int i = 0; i < 5; i++) {
            offer(fair, "a", 5, 1, 1);
            offer(fair, "a", 1, 1, 1);
            offer(fair, "b", 5, 1, 1);
        }
        fair.move(key("a"), other);
        assertEquals(Map.of("b", 5, "none", 1), picks(6));
        int moved = 0;
        while (other.pick() != Index.NONE) {
            moved++;
        }
        assertEquals(11, moved);
        fair.move(key("nobody"), other);
    }
}
