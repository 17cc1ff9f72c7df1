package mta.queue.index;

/** Sees a slot under the index's guard, and may change or remove its entry. Must be short: dispatch waits. */
@FunctionalInterface
public interface SlotVisitor {
    void visit(int slot);
}
