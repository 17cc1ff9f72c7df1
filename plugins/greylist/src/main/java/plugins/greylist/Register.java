package plugins.greylist;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who was seen: triplets that wait, triplets that passed, and clients with what they delivered. Bounded, whatever strangers
 * do: each network has a share of what may wait, and what has had its chance makes room. Thread-safe; no method does
 * more than look into maps.
 */
final class Register {

    /** Times are written down no more exactly than this, or each message would be a line in the file. */
    private static final long GRAIN_SECONDS = 3600;

    /** A client's messages count once in this time, as with postgrey: a burst is not acquaintance. */
    private static final long COUNT_SECONDS = 3600;

    private static final class Entry {
        final Triplet triplet;
        final long first;
        long last;
        long saved;
        boolean passed;

        Entry(Triplet triplet, long first, long last, boolean passed) {
            this.triplet = triplet;
            this.first = first;
            this.last = last;
            this.saved = last;
            this.passed = passed;
        }
    }

    private static final class Client {
        long deliveries;
        long counted;
        long seen;
        long saved;
    }

    /** A triplet as shown. */
    record Seen(Triplet triplet, Instant first, Instant last, boolean passed) {}

    /** A client as shown. */
    record Delivered(String client, long deliveries, Instant last) {}

    record Counts(int waiting, int passed, int clients) {}

    private Limits limits;

    /** Oldest first. */
    private final LinkedHashMap<Triplet, Entry> waiting = new LinkedHashMap<>();

    private final Map<String, LinkedHashSet<Triplet>> waitingOf = new HashMap<>();

    /** Those unused the longest first. */
    private final LinkedHashMap<Triplet, Entry> passed = new LinkedHashMap<>(16, 0.75f, true);

    private final LinkedHashMap<String, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

    /** What differs from the file. */
    private final LinkedHashSet<Triplet> changedTriplets = new LinkedHashSet<>();

    private final LinkedHashSet<String> changedClients = new LinkedHashSet<>();

    /** Whether more has changed than is worth knowing one by one, because nobody has taken it for long. */
    private boolean allChanged;

    Register(Limits limits) {
        this.limits = limits;
    }

    synchronized void limits(Limits other) {
        limits = other;
    }

    /** @param client whose deliveries count: an address, or an IPv6 network */
    synchronized Answer knock(Triplet triplet, String client, Instant when) {
        long now = when.getEpochSecond();
        if (isKnown(client, now)) {
            return new Answer.Known();
        }
        Entry before = passed.get(triplet);
        if (before != null) {
            if (now - before.last <= limits.maxAge().toSeconds()) {
                touch(before, now);
                return new Answer.Known();
            }
            passed.remove(triplet);
        }
        Entry entry = waiting.get(triplet);
        if (entry != null && now - entry.first > limits.retryWindow().toSeconds() || isAhead(entry, now)) {
            forget(entry);
            entry = null;
        }
        if (entry == null) {
            return firstTry(triplet, now);
        }
        long waited = now - entry.first;
        entry.last = now;
        if (waited < limits.delay().toSeconds()) {
            return new Answer.Wait(limits.delay().minusSeconds(waited), false);
        }
        forget(entry);
        entry.passed = true;
        entry.saved = now;
        passed.put(triplet, entry);
        changed(triplet);
        return new Answer.Passed(Duration.ofSeconds(waited));
    }

    /** The clock was set back: nobody shall wait for as long as it was wrong. */
    private static boolean isAhead(Entry entry, long now) {
        return entry != null && entry.first > now;
    }

    private boolean isKnown(String name, long now) {
        Client client = clients.get(name);
        if (client == null || limits.deliveries() == 0 || client.deliveries < limits.deliveries()) {
            return false;
        }
        if (now - client.seen > limits.maxAge().toSeconds()) {
            clients.remove(name);
            changed(name);
            return false;
        }
        client.seen = now;
        if (now - client.saved >= GRAIN_SECONDS) {
            client.saved = now;
            changed(name);
        }
        return true;
    }

    private void touch(Entry entry, long now) {
        entry.last = now;
        if (now - entry.saved >= GRAIN_SECONDS) {
            entry.saved = now;
            changed(entry.triplet);
        }
    }

    private Answer firstTry(Triplet triplet, long now) {
        LinkedHashSet<Triplet> others = waitingOf.get(triplet.network());
        if (others != null && others.size() >= limits.maxPerNetwork()) {
            Entry oldest = waiting.get(others.getFirst());
            if (now - oldest.first < limits.chanceSeconds()) {
                // It waits and is not remembered; others of its network will have passed and made room when it is back.
                return new Answer.Wait(limits.delay(), true);
            }
            drop(oldest);
        }
        if (waiting.size() + passed.size() >= limits.maxEntries() && !makeRoom(now)) {
            return new Answer.Full();
        }
        remember(new Entry(triplet, now, now, false));
        changed(triplet);
        return new Answer.Wait(limits.delay(), true);
    }

    private boolean makeRoom(long now) {
        Entry oldest = waiting.isEmpty() ? null : waiting.firstEntry().getValue();
        if (oldest != null && now - oldest.first >= limits.chanceSeconds()) {
            drop(oldest);
            return true;
        }
        Entry unused = passed.isEmpty() ? null : passed.firstEntry().getValue();
        if (unused != null && now - unused.last >= limits.retryWindow().toSeconds()) {
            passed.remove(unused.triplet);
            changed(unused.triplet);
            return true;
        }
        return false;
    }

    private void remember(Entry entry) {
        if (entry.passed) {
            passed.put(entry.triplet, entry);
        } else {
            waiting.put(entry.triplet, entry);
            waitingOf
                    .computeIfAbsent(entry.triplet.network(), _ -> new LinkedHashSet<>())
                    .add(entry.triplet);
        }
    }

    /** Takes it out of those that wait. */
    private void forget(Entry entry) {
        waiting.remove(entry.triplet);
        LinkedHashSet<Triplet> others = waitingOf.get(entry.triplet.network());
        others.remove(entry.triplet);
        if (others.isEmpty()) {
            waitingOf.remove(entry.triplet.network());
        }
    }

    private void drop(Entry entry) {
        forget(entry);
        changed(entry.triplet);
    }

    /** A message of this client that had waited was taken. */
    synchronized void delivered(String name, Instant when) {
        long now = when.getEpochSecond();
        if (limits.deliveries() == 0) {
            return;
        }
        Client client = clients.computeIfAbsent(name, _ -> new Client());
        client.seen = now;
        if (client.deliveries == 0 || now - client.counted >= COUNT_SECONDS || client.counted > now) {
            client.deliveries++;
            client.counted = now;
            client.saved = now;
            changed(name);
        }
        if (clients.size() > limits.maxEntries()) {
            String unused = clients.firstEntry().getKey();
            clients.remove(unused);
            changed(unused);
        }
    }

    /** Forgets what is too old. Its lines in the file are too old as well. */
    synchronized void purge(Instant when) {
        long now = when.getEpochSecond();
        while (!waiting.isEmpty()
                && now - waiting.firstEntry().getValue().first
                        > limits.retryWindow().toSeconds()) {
            forget(waiting.firstEntry().getValue());
        }
        long oldest = now - limits.maxAge().toSeconds();
        while (!passed.isEmpty() && passed.firstEntry().getValue().last < oldest) {
            passed.pollFirstEntry();
        }
        while (!clients.isEmpty() && clients.firstEntry().getValue().seen < oldest) {
            clients.pollFirstEntry();
        }
    }

    // -- the file -----------------------------------------------------------------------------------------------------

    private void changed(Triplet triplet) {
        changedTriplets.add(triplet);
        boundChanges();
    }

    private void changed(String client) {
        changedClients.add(client);
        boundChanges();
    }

    private void boundChanges() {
        if (changedTriplets.size() + changedClients.size() > limits.maxEntries()) {
            changedTriplets.clear();
            changedClients.clear();
            allChanged = true;
        }
    }

    /**
     * Lines for what has changed since the last time.
     *
     * @param whole whether they are everything, and not to be added to those before
     */
    record Changes(List<String> lines, boolean whole) {}

    synchronized Changes takeChanges() {
        if (allChanged) {
            return takeAll();
        }
        var lines = new ArrayList<String>(changedTriplets.size() + changedClients.size());
        for (Triplet triplet : changedTriplets) {
            Entry entry = waiting.containsKey(triplet) ? waiting.get(triplet) : passed.get(triplet);
            lines.add(line(triplet, Optional.ofNullable(entry)));
        }
        for (String name : changedClients) {
            lines.add(line(name, Optional.ofNullable(clients.get(name))));
        }
        changedTriplets.clear();
        changedClients.clear();
        return new Changes(lines, false);
    }

    synchronized Changes takeAll() {
        changedTriplets.clear();
        changedClients.clear();
        allChanged = false;
        var lines = new ArrayList<String>(waiting.size() + passed.size() + clients.size());
        waiting.values().forEach(entry -> lines.add(line(entry.triplet, Optional.of(entry))));
        passed.values().forEach(entry -> lines.add(line(entry.triplet, Optional.of(entry))));
        clients.forEach((name, client) -> lines.add(line(name, Optional.of(client))));
        return new Changes(lines, true);
    }

    private static String line(Triplet triplet, Optional<Entry> entry) {
        String key = "T\t" + triplet.network() + "\t" + triplet.sender() + "\t" + triplet.recipient();
        return entry.map(it -> key + "\t" + it.first + "\t" + it.last + "\t" + (it.passed ? "passed" : "waiting"))
                .orElse(key);
    }

    private static String line(String name, Optional<Client> client) {
        String key = "C\t" + name;
        return client.map(it -> key + "\t" + it.deliveries + "\t" + it.counted + "\t" + it.seen)
                .orElse(key);
    }

    /**
     * Takes over what lines say, the last one about each.
     *
     * @return how many lines make no sense
     */
    synchronized int load(Iterable<String> lines, Instant now) {
        var entries = new HashMap<Triplet, Entry>();
        var names = new HashMap<String, Client>();
        int senseless = 0;
        for (String line : lines) {
            try {
                read(line.split("\t", -1), entries, names);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                senseless++;
            }
        }
        // The newest that there is room for, in the order that the maps keep
        newest(entries.values().stream().toList(), Comparator.comparingLong(it -> it.passed ? it.last : it.first))
                .forEach(this::remember);
        newest(names.entrySet().stream().toList(), Comparator.comparingLong(it -> it.getValue().seen))
                .forEach(it -> clients.put(it.getKey(), it.getValue()));
        purge(now);
        return senseless;
    }

    private <E> List<E> newest(List<E> all, Comparator<E> byTime) {
        List<E> sorted = all.stream().sorted(byTime).toList();
        return sorted.subList(Math.max(0, sorted.size() - limits.maxEntries()), sorted.size());
    }

    private static void read(String[] words, Map<Triplet, Entry> entries, Map<String, Client> names) {
        switch (words[0]) {
            case "T" -> {
                var triplet = new Triplet(words[1], words[2], words[3]);
                if (words.length == 4) {
                    entries.remove(triplet);
                } else {
                    long first = Long.parseLong(words[4]);
                    long last = Long.parseLong(words[5]);
                    entries.put(triplet, new Entry(triplet, first, last, words[6].equals("passed")));
                }
            }
            case "C" -> {
                if (words.length == 2) {
                    names.remove(words[1]);
                } else {
                    var client = new Client();
                    client.deliveries = Long.parseLong(words[2]);
                    client.counted = Long.parseLong(words[3]);
                    client.seen = Long.parseLong(words[4]);
                    client.saved = client.seen;
                    names.put(words[1], client);
                }
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    // -- the operator -------------------------------------------------------------------------------------------------

    synchronized Counts counts() {
        return new Counts(waiting.size(), passed.size(), clients.size());
    }

    /** Clients that wait no more. */
    synchronized long knownClients() {
        return limits.deliveries() == 0
                ? 0
                : clients.values().stream()
                        .filter(client -> client.deliveries >= limits.deliveries())
                        .count();
    }

    /** Those in which the word is one of the three, or everything where it is empty; first those that wait, newest first. */
    synchronized List<Seen> triplets(String word, int most) {
        var found = new ArrayList<Seen>();
        collect(waiting, word, most, found);
        collect(passed, word, most, found);
        return found;
    }

    private static void collect(LinkedHashMap<Triplet, Entry> from, String word, int most, List<Seen> into) {
        for (Entry entry : from.sequencedValues().reversed()) {
            if (into.size() == most) {
                return;
            }
            if (word.isEmpty() || isAbout(entry.triplet, word)) {
                into.add(new Seen(
                        entry.triplet,
                        Instant.ofEpochSecond(entry.first),
                        Instant.ofEpochSecond(entry.last),
                        entry.passed));
            }
        }
    }

    private static boolean isAbout(Triplet triplet, String word) {
        return triplet.network().equals(word)
                || triplet.sender().equals(word)
                || triplet.recipient().equals(word)
                || triplet.sender().endsWith("@" + word)
                || triplet.recipient().endsWith("@" + word);
    }

    synchronized List<Delivered> clients(int most) {
        var found = new ArrayList<Delivered>();
        for (Map.Entry<String, Client> entry : clients.sequencedEntrySet().reversed()) {
            if (found.size() == most) {
                break;
            }
            Client client = entry.getValue();
            found.add(new Delivered(entry.getKey(), client.deliveries, Instant.ofEpochSecond(client.seen)));
        }
        return found;
    }

    /** @return how many triplets and clients that was */
    synchronized long forget(String word) {
        Predicate<Triplet> about = triplet -> isAbout(triplet, word);
        List<Entry> gone = waiting.values().stream()
                .filter(entry -> about.test(entry.triplet))
                .toList();
        gone.forEach(this::drop);
        long count = gone.size();
        for (Iterator<Triplet> all = passed.keySet().iterator(); all.hasNext(); ) {
            Triplet triplet = all.next();
            if (about.test(triplet)) {
                all.remove();
                changed(triplet);
                count++;
            }
        }
        if (clients.remove(word) != null) {
            changed(word);
            count++;
        }
        return count;
    }
}
