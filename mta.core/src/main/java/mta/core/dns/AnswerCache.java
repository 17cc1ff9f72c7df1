package mta.core.dns;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import mta.plugins.api.dns.DnsAnswer;

/**
 * Answers by question, each for its time to live. However many ask for the same at the same time, one question goes out
 * and all get its answer. Thread-safe; nobody waits for another question than his own.
 */
final class AnswerCache {

    record Question(int type, String name) {}

    private record Entry(DnsAnswer<?> answer, long expires) {}

    private final ConcurrentHashMap<Question, Entry> entries = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Question, CompletableFuture<Entry>> asked = new ConcurrentHashMap<>();
    private final int size;
    private final Duration failureTtl;
    private final LongSupplier nanos;

    /** @param nanos the clock, like {@link System#nanoTime} */
    AnswerCache(int size, Duration failureTtl, LongSupplier nanos) {
        this.size = size;
        this.failureTtl = failureTtl;
        this.nanos = nanos;
    }

    /** The answer, with what is left of its time to live. */
    @SuppressWarnings("unchecked") // the type of the record decides what the values are
    <T> DnsAnswer<T> find(Question question, Supplier<DnsAnswer<T>> ask) {
        Entry entry = entries.get(question);
        long now = nanos.getAsLong();
        if (entry == null || entry.expires() - now <= 0) {
            entry = askOnce(question, ask);
        }
        return (DnsAnswer<T>) aged(entry, now);
    }

    private <T> Entry askOnce(Question question, Supplier<DnsAnswer<T>> ask) {
        var mine = new CompletableFuture<Entry>();
        CompletableFuture<Entry> running = asked.putIfAbsent(question, mine);
        if (running != null) {
            try {
                return running.join();
            } catch (CompletionException e) {
                return new Entry(new DnsAnswer.Failed<>(String.valueOf(e.getCause())), nanos.getAsLong());
            }
        }
        try {
            Entry entry = entry(ask.get());
            // Who was interrupted at his deadline has learned nothing that holds for others.
            boolean interrupted = Thread.currentThread().isInterrupted() && entry.answer() instanceof DnsAnswer.Failed;
            if (!interrupted && size > 0 && entry.expires() - nanos.getAsLong() > 0) {
                makeRoom();
                entries.put(question, entry);
            }
            mine.complete(entry);
            return entry;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            asked.remove(question);
        }
    }

    private Entry entry(DnsAnswer<?> answer) {
        Duration ttl = switch (answer) {
            case DnsAnswer.Found<?> found -> found.ttl();
            case DnsAnswer.Missing<?> missing -> missing.ttl();
            case DnsAnswer.Failed<?> failed -> failureTtl;
        };
        return new Entry(answer, nanos.getAsLong() + ttl.toNanos());
    }

    private static DnsAnswer<?> aged(Entry entry, long now) {
        Duration left = Duration.ofSeconds(Math.max(0, (entry.expires() - now) / 1_000_000_000));
        return switch (entry.answer()) {
            case DnsAnswer.Found<?> found -> new DnsAnswer.Found<>(found.values(), left, found.secure());
            case DnsAnswer.Missing<?> missing -> new DnsAnswer.Missing<>(missing.nameExists(), left);
            case DnsAnswer.Failed<?> failed -> failed;
        };
    }

    /** Throws out what has expired, and if that is not enough an eighth of the rest: which does not matter much. */
    private void makeRoom() {
        if (entries.size() < size) {
            return;
        }
        long now = nanos.getAsLong();
        entries.values().removeIf(entry -> entry.expires() - now <= 0);
        var all = entries.keySet().iterator();
        for (int surplus = entries.size() - size * 7 / 8; surplus > 0 && all.hasNext(); surplus--) {
            all.next();
            all.remove();
        }
    }

    int size() {
        return entries.size();
    }

    void clear() {
        entries.clear();
    }
}
