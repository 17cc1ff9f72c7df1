package mta.core.start;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.core.node.Drain;
import mta.core.node.Node;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets everything that is under way end before the bundles stop. The framework stops bundles from the last start level to
 * the first, plugins before the core: whoever waited for its own bundle's stop would find the plugins gone. The one
 * moment before that is the synchronous event that the framework itself is stopping; the framework waits for its
 * listeners. Runs on the framework's stopping thread.
 */
@Component(
        service = {},
        immediate = true)
public final class OrderlyStop implements SynchronousBundleListener {

    private static final Logger log = LoggerFactory.getLogger(OrderlyStop.class);

    private final List<Drain> drains = new CopyOnWriteArrayList<>();
    private final Node node;
    private final BundleContext context;

    @Activate
    public OrderlyStop(@Reference Node node, BundleContext context) {
        this.node = node;
        this.context = context;
        context.addBundleListener(this);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addDrain(Drain drain) {
        drains.add(drain);
    }

    void removeDrain(Drain drain) {
        drains.remove(drain);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
            try {
                drain(Instant.now().plus(node.stopTimeout()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void drain(Instant deadline) throws InterruptedException {
        log.info(
                "stopping: waiting up to {} s for what is under way",
                node.stopTimeout().toSeconds());
        var threads = new ArrayList<Thread>();
        for (Drain drain : drains) {
            threads.add(Thread.ofVirtual().name("drain").start(() -> drain(drain, deadline)));
        }
        for (Thread thread : threads) {
            // A second of grace: whoever keeps the deadline needs a moment to say so.
            Duration left = Duration.between(Instant.now(), deadline.plusSeconds(1));
            if (!thread.join(left.isPositive() ? left : Duration.ofMillis(1))) {
                log.warn("stopping: not everything has ended in time");
            }
        }
    }

    private static void drain(Drain drain, Instant deadline) {
        try {
            drain.drain(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            log.error("stopping: {} failed", drain, e);
        }
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(this);
    }
}
