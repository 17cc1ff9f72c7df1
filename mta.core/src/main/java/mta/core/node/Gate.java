package mta.core.node;

/**
 * Keeps mail waiting while the node starts: what comes in before its plugins would be refused for good by whoever is there
 * already, or pass without those that must see it; what goes out would meet no transport. Once open it stays open.
 * Thread-safe.
 */
public interface Gate {

    /** What listeners wait for; empty once mail may come in. */
    String waitsFor();

    /**
     * What delivery waits for; empty once mail may go out. Later than the listeners: a kept message may ask for a
     * plugin that the configuration does not mention.
     */
    default String deliveryWaitsFor() {
        return waitsFor();
    }
}
