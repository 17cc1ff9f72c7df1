package mta.testkit.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.log.Delivered;

/** Clients that send one small message after the other, each on a virtual thread of its own. */
final class Load implements AutoCloseable {

    private static final Pattern QUEUED = Pattern.compile("250 2\\.\\d\\.\\d .*queued as ([^ ]+).*");

    private final TestNode node;
    private final List<Thread> clients = new ArrayList<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    Load(TestNode node, int count) {
        this.node = node;
        for (int i = 0; i < count; i++) {
            int number = i;
            clients.add(Thread.ofVirtual().name("load-" + i).start(() -> send(number)));
        }
    }

    private void send(int number) {
        while (!over) {
            try {
                String reply = node.send("sender@origin.example", "to" + number + "@dest" + number + ".example");
                Matcher queued = QUEUED.matcher(reply);
                if (queued.matches()) {
                    accepted.add(queued.group(1));
                } else {
                    refusals.add(reply);
                }
            } catch (RuntimeException e) {
                refusals.add(e + ": " + e.getCause());
            }
        }
    }

    long accepted() {
        return accepted.size();
    }

    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Returns when no client sends any more. */
    void stop() {
        over = true;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    LoadReport report() {
        Map<String, Integer> deliveries = new HashMap<>();
        for (Delivered record : node.records(Delivered.class)) {
            if (accepted.contains(record.id())) {
                deliveries.merge(record.id(), 1, Integer::sum);
            }
        }
        return new LoadReport(
                accepted.size(),
                deliveries.size(),
                accepted.stream().filter(id -> !deliveries.containsKey(id)).toList(),
                deliveries.entrySet().stream()
                        .filter(one -> one.getValue() > 1)
                        .map(Map.Entry::getKey)
                        .toList(),
                refusals());
    }

    @Override
    public void close() {
        stop();
    }
}
