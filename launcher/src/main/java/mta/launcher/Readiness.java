package mta.launcher;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/**
 * Waits for the node's own word, a service of any interface with the property {@code mta.ready}: {@code true} once every
 * configured listener is open, {@code false} if that will not happen. {@code mta.ready.text} says what is open or what
 * is wrong, {@code mta.ready.status} is the exit status of a node that cannot start (78 for wrong configuration).
 */
final class Readiness {

    /** What the service said. */
    record Word(boolean ready, String text, int status) {}

    private final BlockingQueue<Word> said = new LinkedBlockingQueue<>();

    Readiness(BundleContext context) throws InvalidSyntaxException {
        String filter = "(mta.ready=*)";
        context.addServiceListener(
                event -> {
                    if (event.getType() != ServiceEvent.UNREGISTERING) {
                        hear(event.getServiceReference());
                    }
                },
                filter);
        ServiceReference<?>[] present = context.getAllServiceReferences(null, filter);
        if (present != null) {
            hear(present[0]);
        }
    }

    private void hear(ServiceReference<?> service) {
        boolean ready = Boolean.parseBoolean(String.valueOf(service.getProperty("mta.ready")));
        Object text = service.getProperty("mta.ready.text");
        Object status = service.getProperty("mta.ready.status");
        said.add(new Word(
                ready, text == null ? "" : text.toString(), status instanceof Integer code ? code : Status.FAILED));
    }

    /** Waits no longer than this for the word, which stays for the next who waits. */
    void await(Duration atMost) throws InterruptedException {
        Word word = said.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (word != null) {
            said.add(word);
        }
    }

    /** Waits as long as it takes: a large spool may be minutes in loading, and says so in the log. */
    Word await(Runnable everyHalfMinute) throws InterruptedException {
        for (; ; ) {
            Word word = said.poll(30, TimeUnit.SECONDS);
            if (word != null) {
                return word;
            }
            everyHalfMinute.run();
        }
    }
}
