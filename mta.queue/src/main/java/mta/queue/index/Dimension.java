package mta.queue.index;

/** What entries are counted by. */
public enum Dimension {
    TENANT,
    CAMPAIGN,
    DESTINATION,
    CLASS,
    /** The site of the queue's path; empty while it is unknown. */
    SITE;

    static final Dimension[] ALL = values();

    String of(QueueKey key) {
        return switch (this) {
            case TENANT -> key.tenant();
            case CAMPAIGN -> key.campaign();
            case DESTINATION -> key.destination();
            case CLASS -> key.klass();
            case SITE -> "";
        };
    }
}
