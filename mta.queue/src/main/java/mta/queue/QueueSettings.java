package mta.queue;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code queue}. How mail waits and leaves is in the sections {@code policy}. */
@ObjectClassDefinition(name = "queue", description = "The spool and the bounds of the queue.")
public @interface QueueSettings {

    String PID = "mta.queue";

    @AttributeDefinition(description = "Folder of the spool; relative to the instance folder. From the next start.")
    String spool() default "var/spool";

    @AttributeDefinition(
            description = "Size. Free space on the spool's disk under which new mail is refused with 452."
                    + " From the next start.")
    String minFreeSpace() default "512MiB";

    @AttributeDefinition(
            description = "Size. Memory for bodies and states of recent mail, so that mail that goes"
                    + " straight out is not read back from disk. From the next start.")
    String cache() default "64MiB";

    @AttributeDefinition(
            description = "Size. One write buffer for bodies, of at most two: the larger, the more mail"
                    + " that leaves soon never reaches a table file. From the next start.")
    String bodyBuffer() default "64MiB";

    @AttributeDefinition(
            description = "Percent of the heap; when more is in use after a collection, bodies in memory go"
                    + " first, then new mail is refused with 452. From the next start.")
    int heapLimit() default 85;

    @AttributeDefinition(description = "Destinations that are looked up at the same time. From the next start.")
    int routers() default 1000;

    @AttributeDefinition(
            description =
                    "Messages that expire, or whose senders are told, at the same time. From the next" + " start.")
    int clerks() default 32;

    @AttributeDefinition(description = "Duration. How long what is on the wire may take to finish when the node stops.")
    String stopTimeout() default "20s";

    @AttributeDefinition(
            description = "Duration. How long a transport may take to open a channel, or to send one message to"
                    + " one transaction's recipients, before it is interrupted and the attempt has failed for now."
                    + " Longer than whatever time limits it has itself; this is for one that has none.")
    String transportTimeout() default "1h";
}
