package mta.core.node;

/**
 * Keeps listeners shut while the node starts: mail that comes before its plugins would be refused for good by whoever
 * is there already, or pass without those that must see it. Once open it stays open. Thread-safe.
 */
public interface Gate {

    /** What is waited for; empty once mail may come in. */
    String waitsFor();
}
