package mta.smtp.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sessions that are open. A virtual thread that lives as long as there are any visits those that wait for a
 * command: without it they would keep old plans alive, and the node from stopping, until their time is up. Thread-safe.
 */
final class Sessions {

    private static final long LOOK_MILLIS = 200;

    private final Set<SmtpSession> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();

    void enter(SmtpSession session) {
        open.add(session);
        watch();
    }

    void leave(SmtpSession session) {
        open.remove(session);
    }

    int size() {
        return open.size();
    }

    private void watch() {
        if (watched.compareAndSet(false, true)) {
            Thread.ofVirtual().name("smtp/sessions").start(() -> {
                try {
                    while (!open.isEmpty()) {
                        Thread.sleep(LOOK_MILLIS);
                        open.forEach(SmtpSession::visit);
                    }
                } catch (InterruptedException e) {
                    // nobody does; the next session starts another one
                } finally {
                    watched.set(false);
                    if (!open.isEmpty()) {
                        watch();
                    }
                }
            });
        }
    }
}
