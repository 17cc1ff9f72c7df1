package mta.queue.dispatch;

import java.time.Instant;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Outcome;

/** What an attempt, or a plugin instead of it, says about one recipient. */
sealed interface Judgement {

    record Delivered(Reply reply, boolean relayedWithDsn) implements Judgement {}

    /** To be tried again: at a time that was asked for, or by schedule. */
    record Again(Reply reply, Optional<Instant> when) implements Judgement {}

    /** Not tried at all: not before this time, and no attempt is charged. */
    record NotYet(Reply reply, Instant when) implements Judgement {}

    record Never(Reply reply) implements Judgement {}

    record Held(String reason) implements Judgement {}

    record Discarded(String reason) implements Judgement {}

    static Judgement of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered delivered -> new Delivered(delivered.reply(), delivered.relayedWithDsn());
            case Outcome.Transient again -> new Again(again.reply(), Optional.empty());
            case Outcome.Permanent never -> new Never(never.reply());
        };
    }

    /** Empty: nothing against it. */
    static Optional<Judgement> of(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next _, Verdict.Accept _ -> Optional.empty();
            case Verdict.Refuse refuse when refuse.reply().isPermanent() -> Optional.of(new Never(refuse.reply()));
            case Verdict.Refuse refuse -> Optional.of(new Again(refuse.reply(), Optional.empty()));
            case Verdict.Later later -> Optional.of(new NotYet(later.reply(), later.when()));
            case Verdict.Hold hold -> Optional.of(new Held(hold.reason()));
            case Verdict.Discard discard -> Optional.of(new Discarded(discard.reason()));
        };
    }
}
