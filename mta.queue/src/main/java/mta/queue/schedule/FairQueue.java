package mta.queue.schedule;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import mta.queue.index.EntryState;
import mta.queue.index.Index;
import mta.queue.index.Links;
import mta.queue.index.QueueKey;

/**
 * Whose turn it is on a path. Its READY entries are served strictly by priority (0 first, 9 last) and, within a
 * priority, queue by queue in deficit round robin (Shreedhar and Varghese, 1995), each by its weight: a queue with a
 * million messages does not delay one with a single message by more than one turn of each other queue.
 *
 * <p>The cost of a message is 1, plus 1 for each 64 KiB, at most {@value #QUANTUM}: receivers count messages, but a
 * large one must not be as cheap as a small one; and with a quantum that pays for any message each turn serves at least
 * one, which makes a pick O(1). A lower priority waits as long as a higher one has mail: that is its meaning.
 *
 * <p>Entries leave by themselves when their state changes or they are removed. Thread-safe by the index's guard.
 */
public final class FairQueue {

    /** What a queue of weight 1 may spend per turn. */
    public static final int QUANTUM = 8;

    private static final int PRIORITIES = 10;
    private static final long COST_BYTES = 64 * 1024;

    /** One queue's entries of one priority. */
    private static final class Flow {
        final int queue;
        final int priority;
        final int list;
        long deficit;
        int weight;
        boolean turn;
        boolean ringed;

        Flow(int queue, int priority, int list) {
            this.queue = queue;
            this.priority = priority;
            this.list = list;
        }
    }

    private final Index index;
    private final Links links;
    private final ReentrantLock guard;
    private final Map<Long, Flow> flows = new HashMap<>();
    /** Made when first needed: most paths of many see one or two priorities. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private final ArrayDeque<Flow>[] rings = new ArrayDeque[PRIORITIES];

    private final Set<QueueKey> paused = new HashSet<>();
    private int busy;

    public FairQueue(Index index) {
        this.index = index;
        this.links = index.links();
        this.guard = index.guard();
    }

    private static long name(int queue, int priority) {
        return (long) queue << 4 | priority;
    }

    /** Lets an entry wait for its turn: READY, behind what its queue has. The weight is 1 and up, and the queue's. */
    public void offer(int slot, int weight) {
        guard.lock();
        try {
            index.state(slot, EntryState.READY);
            int queue = index.queueAt(slot);
            int priority = Math.clamp(index.priorityAt(slot), 0, PRIORITIES - 1);
            Flow flow = flows.get(name(queue, priority));
            if (flow == null) {
                flow = new Flow(queue, priority, links.list());
                flows.put(name(queue, priority), flow);
            }
            flow.weight = Math.max(1, weight);
            links.append(flow.list, slot);
            ring(flow);
        } finally {
            guard.unlock();
        }
    }

    private void ring(Flow flow) {
        if (flow.ringed || !paused.isEmpty() && paused.contains(index.key(flow.queue))) {
            return;
        }
        if (rings[flow.priority] == null) {
            rings[flow.priority] = new ArrayDeque<>(2);
        }
        flow.ringed = true;
        rings[flow.priority].addLast(flow);
        busy |= 1 << flow.priority;
    }

    /**
     * Takes the entry whose turn it is, now INFLIGHT; or {@link Index#NONE}. Whether it has expired is the caller's
     * question.
     */
    public int pick() {
        guard.lock();
        try {
            int slot = Index.NONE;
            while (busy != 0 && slot == Index.NONE) {
                int priority = Integer.numberOfTrailingZeros(busy);
                Flow flow = rings[priority].peekFirst();
                if (flow == null) {
                    busy &= ~(1 << priority);
                } else {
                    slot = serve(flow, rings[priority]);
                }
            }
            if (slot != Index.NONE) {
                index.state(slot, EntryState.INFLIGHT);
            }
            return slot;
        } finally {
            guard.unlock();
        }
    }

    /** The next entry of the flow at the head of its ring, or NONE if its turn is over and the next must be asked. */
    private int serve(Flow flow, ArrayDeque<Flow> ring) {
        int slot = links.first(flow.list);
        if (slot == Index.NONE || isPaused(flow)) {
            ring.removeFirst();
            leave(flow);
            return Index.NONE;
        }
        if (!flow.turn) {
            flow.turn = true;
            flow.deficit += (long) QUANTUM * flow.weight;
        }
        long cost = cost(slot);
        if (flow.deficit < cost) {
            flow.turn = false;
            ring.removeFirst();
            ring.addLast(flow);
            return Index.NONE;
        }
        flow.deficit -= cost;
        links.unlink(slot);
        if (links.isEmpty(flow.list)) {
            ring.removeFirst();
            leave(flow);
        }
        return slot;
    }

    private boolean isPaused(Flow flow) {
        return !paused.isEmpty() && paused.contains(index.key(flow.queue));
    }

    /** Out of the ring; an empty flow is forgotten, and with it what it had left to spend. */
    private void leave(Flow flow) {
        flow.ringed = false;
        flow.turn = false;
        flow.deficit = 0;
        if (links.isEmpty(flow.list)) {
            flows.remove(name(flow.queue, flow.priority));
            links.drop(flow.list);
        }
    }

    private long cost(int slot) {
        return Math.min(QUANTUM, 1 + index.bytesAt(slot) / COST_BYTES);
    }

    /** Passes a queue over until {@link #resume}: one that has spent its rate. What it has stays READY. */
    public void pause(QueueKey queue) {
        guard.lock();
        try {
            paused.add(queue);
        } finally {
            guard.unlock();
        }
    }

    public void resume(QueueKey queue) {
        guard.lock();
        try {
            if (!paused.remove(queue)) {
                return;
            }
            int number = index.queue(queue);
            for (int priority = 0; priority < PRIORITIES; priority++) {
                Flow flow = flows.get(name(number, priority));
                if (flow != null) {
                    ring(flow);
                }
            }
        } finally {
            guard.unlock();
        }
    }

    /** Moves what a queue has waiting here to another path, in O(1) per priority unless it has mail waiting there. */
    public void move(QueueKey queue, FairQueue to) {
        guard.lock();
        try {
            int number = index.queue(queue);
            for (int priority = 0; priority < PRIORITIES && to != this; priority++) {
                Flow flow = flows.remove(name(number, priority));
                if (flow != null) {
                    if (flow.ringed) {
                        rings[priority].remove(flow);
                    }
                    to.adopt(flow);
                }
            }
        } finally {
            guard.unlock();
        }
    }

    private void adopt(Flow flow) {
        flow.ringed = false;
        flow.turn = false;
        flow.deficit = 0;
        Flow here = flows.putIfAbsent(name(flow.queue, flow.priority), flow);
        if (here == null) {
            ring(flow);
            return;
        }
        while (!links.isEmpty(flow.list)) {
            links.append(here.list, links.first(flow.list));
        }
        links.drop(flow.list);
        ring(here);
    }

    /** Whether {@link #pick} would give nothing. */
    public boolean isEmpty() {
        guard.lock();
        try {
            for (int priority = 0; priority < PRIORITIES; priority++) {
                ArrayDeque<Flow> ring = rings[priority];
                while (ring != null && !ring.isEmpty()) {
                    Flow flow = ring.peekFirst();
                    if (!links.isEmpty(flow.list) && !isPaused(flow)) {
                        return false;
                    }
                    ring.removeFirst();
                    leave(flow);
                }
            }
            return true;
        } finally {
            guard.unlock();
        }
    }
}
