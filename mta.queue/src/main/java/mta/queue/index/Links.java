package mta.queue.index;

import java.util.ArrayList;
import java.util.List;

/**
 * Doubly linked lists of slots; a slot is in at most one. The ends of a list point back to it as {@code -2 - list}, so
 * that a slot leaves its list in O(1) without knowing which it is. For mta.queue.schedule; the caller holds the index's
 * guard.
 */
public final class Links {

    private static final int NONE = -1;
    private final Columns.Ints previous = new Columns.Ints(Columns.PAGE_BITS, NONE);
    private final Columns.Ints next = new Columns.Ints(Columns.PAGE_BITS, NONE);
    private final Columns.Ints heads = new Columns.Ints(8, NONE);
    private final Columns.Ints tails = new Columns.Ints(8, NONE);
    private final List<Integer> free = new ArrayList<>();
    private int lists;

    Links() {}

    void reach(int slot) {
        previous.reach(slot);
        next.reach(slot);
    }

    /** A new, empty list. */
    public int list() {
        int list = free.isEmpty() ? lists++ : free.removeLast();
        heads.reach(list);
        tails.reach(list);
        return list;
    }

    /** Gives an empty list back. */
    public void drop(int list) {
        if (!isEmpty(list)) {
            throw new IllegalStateException("list " + list + " is not empty");
        }
        free.add(list);
    }

    public boolean isEmpty(int list) {
        return heads.at(list) == NONE;
    }

    /** The first slot, or -1. */
    public int first(int list) {
        return heads.at(list);
    }

    public boolean isLinked(int slot) {
        return previous.at(slot) != NONE;
    }

    /** Appends a slot, which leaves the list it was in. */
    public void append(int list, int slot) {
        unlink(slot);
        int tail = tails.at(list);
        next.set(slot, -2 - list);
        if (tail == NONE) {
            previous.set(slot, -2 - list);
            heads.set(list, slot);
        } else {
            previous.set(slot, tail);
            next.set(tail, slot);
        }
        tails.set(list, slot);
    }

    /** Takes a slot out of its list, if it is in one. */
    public void unlink(int slot) {
        int before = previous.at(slot);
        if (before == NONE) {
            return;
        }
        int after = next.at(slot);
        if (before < NONE) {
            heads.set(-2 - before, after < NONE ? NONE : after);
        } else {
            next.set(before, after);
        }
        if (after < NONE) {
            tails.set(-2 - after, before < NONE ? NONE : before);
        } else {
            previous.set(after, before);
        }
        previous.set(slot, NONE);
        next.set(slot, NONE);
    }
}
