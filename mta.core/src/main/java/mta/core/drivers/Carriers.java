package mta.core.drivers;

import java.lang.management.ManagementFactory;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * More carrier threads for those that spinning plugins have taken. A virtual thread that spins never leaves its carrier:
 * as many of them as there are cores would stop the process. Thread-safe.
 */
public final class Carriers {

    private static final Logger log = LoggerFactory.getLogger(Carriers.class);

    private static int added;

    private Carriers() {}

    /** Of a call that has been given up: if it spins, there is one carrier more in the place of the one that it keeps. */
    public static void replace(Thread lost) {
        if (lost.isVirtual() && lost.getState() == Thread.State.RUNNABLE) {
            add();
        }
    }

    /** One more, in the place of one that is lost to a spinning call. */
    public static synchronized void add() {
        try {
            int parallelism = number("Parallelism") + 1;
            server().setAttribute(scheduler(), new Attribute("Parallelism", parallelism));
            added++;
            log.warn("a plugin call spins: {} carrier threads now", parallelism);
        } catch (JMException | RuntimeException e) {
            log.error("a plugin call spins, and no carrier thread could be added for it", e);
        }
    }

    /**
     * Wakes carriers that were added: the scheduler starts one only when a task comes into an empty queue, and the queues
     * are not empty when all carriers spin. A thread of its own has a queue of its own. To be called again and again.
     */
    public static synchronized void wake() {
        if (added == 0) {
            return;
        }
        try {
            if (number("PoolSize") < number("Parallelism") && queued() > 0) {
                Thread.ofPlatform().daemon().start(() -> Thread.ofVirtual().start(() -> {}));
            }
        } catch (JMException | RuntimeException e) {
            log.error("the added carrier threads cannot be woken", e);
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }

    private static ObjectName scheduler() throws JMException {
        return new ObjectName("jdk.management:type=VirtualThreadScheduler");
    }

    private static int number(String attribute) throws JMException {
        return (Integer) server().getAttribute(scheduler(), attribute);
    }

    private static long queued() throws JMException {
        return (Long) server().getAttribute(scheduler(), "QueuedVirtualThreadCount");
    }
}
