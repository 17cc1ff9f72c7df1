package mta.queue.dispatch;

import java.time.Duration;
import java.time.Instant;
import mta.core.intake.MessageId;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Recipient;
import mta.queue.entry.Entry;

/** Writes the records of deliveries; builds nothing that nobody wants. Thread-safe. */
final class Told {

    private final Records records;

    Told(Records records) {
        this.records = records;
    }

    void deferred(Entry entry, Recipient recipient, Leg leg, Reply reply, Instant now, Instant next) {
        if (records.wanted("Deferred")) {
            records.emit(new Deferred(
                    now,
                    id(entry),
                    sender(entry),
                    recipient.address().toString(),
                    leg,
                    entry.progress().attempts(),
                    reply,
                    age(entry, now),
                    next));
        }
    }

    /** Of a sealed fate, once. */
    void ended(Entry entry, Recipient recipient, Leg leg, Fate fate, Instant now) {
        switch (fate) {
            case Fate.Delivered delivered -> {
                if (records.wanted("Delivered")) {
                    records.emit(new Delivered(
                            now,
                            id(entry),
                            sender(entry),
                            recipient.address().toString(),
                            leg,
                            entry.progress().attempts(),
                            delivered.reply(),
                            age(entry, now)));
                }
            }
            case Fate.Bounced bounced -> bounced(entry, recipient, leg, bounced.reply(), now, "refused");
            case Fate.Expired expired -> bounced(entry, recipient, leg, expired.reply(), now, "expired");
            case Fate.Removed removed -> bounced(entry, recipient, leg, removed.reply(), now, "admin");
        }
    }

    private void bounced(Entry entry, Recipient recipient, Leg leg, Reply reply, Instant now, String cause) {
        if (records.wanted("Bounced")) {
            records.emit(new Bounced(
                    now,
                    id(entry),
                    sender(entry),
                    recipient.address().toString(),
                    leg,
                    entry.progress().attempts(),
                    reply,
                    age(entry, now),
                    cause));
        }
    }

    boolean wanted(String kind) {
        return records.wanted(kind);
    }

    void emit(LogRecord record) {
        records.emit(record);
    }

    private static String id(Entry entry) {
        return MessageId.text(entry.message().id());
    }

    private static String sender(Entry entry) {
        return entry.message().envelope().sender().address().toString();
    }

    private static Duration age(Entry entry, Instant now) {
        return Duration.between(entry.arrival(), now);
    }
}
