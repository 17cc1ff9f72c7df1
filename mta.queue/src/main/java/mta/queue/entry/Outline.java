package mta.queue.entry;

import java.util.Optional;

/**
 * What the index needs to know of an entry: read at start for every message in the spool without reading the rest.
 * Times are milliseconds since 1970; {@code expires} is 0 where policy decides.
 */
public record Outline(
        String tenant,
        String campaign,
        String destination,
        Optional<String> transport,
        Optional<String> pool,
        String senderDomain,
        int recipients,
        int priority,
        int attempts,
        long arrival,
        long due,
        long expires,
        long bytes,
        boolean held,
        boolean delayTold,
        boolean owes) {

    public static Outline of(Entry entry) {
        var placed = entry.message().placed();
        var progress = entry.progress();
        return new Outline(
                placed.tenant(),
                placed.campaign(),
                entry.destination(),
                placed.transport(),
                placed.pool(),
                entry.message().envelope().sender().address().domain(),
                entry.mailboxes().size(),
                progress.priority(),
                progress.attempts(),
                entry.arrival().toEpochMilli(),
                progress.due().toEpochMilli(),
                placed.expires().map(java.time.Instant::toEpochMilli).orElse(0L),
                entry.message().bytes(),
                progress.hold().isPresent(),
                progress.delayTold(),
                entry.owes());
    }
}
