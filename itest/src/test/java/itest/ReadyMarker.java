package itest;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** What a node says to the launcher, as a bundle of its own: so the launcher is tested without the node. */
public final class ReadyMarker implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        String word = context.getProperty("mta.test.ready");
        context.registerService(
                Object.class,
                new Object(),
                new Hashtable<>(Map.of(
                        "mta.ready",
                        word == null,
                        "mta.ready.text",
                        word == null ? "test" : word,
                        "mta.ready.status",
                        78)));
    }

    @Override
    public void stop(BundleContext context) {
        // the registration goes with the bundle
    }
}
