package mta.queue.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.log.Leg;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.policy.QueueSettings;
import mta.queue.entry.Entry;
import mta.queue.entry.Mailbox;
import mta.queue.schedule.RetryCurve;

/**
 * What becomes of an entry after an attempt: who is gone, who is tried again and when, whom the sender has to be told
 * about. Decides only; stores nothing. One for each attempt, on its thread.
 */
final class Settlement {

    /** Somebody whose story has ended and about whom nobody need be told. */
    record Gone(Recipient recipient, Fate fate) {}

    private final Hooks hooks;
    private final Told told;
    private final RandomGenerator random;
    private final DeliveryAttempt attempt;
    private final QueueSettings settings;
    private final Instant expires;
    private final Instant now;
    private final Leg leg;

    private final List<Mailbox> staying = new ArrayList<>();
    private final List<Gone> gone = new ArrayList<>();
    private Optional<Instant> due = Optional.empty();
    private Optional<String> hold = Optional.empty();
    private Entry entry;

    Settlement(
            Hooks hooks,
            Told told,
            RandomGenerator random,
            DeliveryAttempt attempt,
            QueueSettings settings,
            Instant expires,
            Instant now,
            String peer) {
        this.hooks = hooks;
        this.told = told;
        this.random = random;
        this.attempt = attempt;
        this.settings = settings;
        this.expires = expires;
        this.now = now;
        this.leg = attempt.leg(peer);
        this.entry = attempt.entry();
    }

    /**
     * Takes what was said about the recipients of the attempt.
     *
     * @param judgements in the order of the attempt's recipients
     * @param charged whether this counts as an attempt
     * @return the entry as it is now; without mailboxes when nobody is left
     */
    Entry settle(List<Judgement> judgements, boolean charged, String peer) {
        if (charged) {
            entry = entry.with(entry.progress().tried(now, peer));
        }
        List<Recipient> tried = attempt.recipients();
        for (Mailbox mailbox : entry.mailboxes()) {
            int at = mailbox.owed().isPresent() ? -1 : indexOf(tried, mailbox.recipient());
            if (at < 0) {
                staying.add(mailbox);
            } else {
                settle(mailbox, judgements.get(at));
            }
        }
        entry = entry.with(staying);
        if (due.isPresent()) {
            entry = entry.with(entry.progress().due(due.get()));
        }
        if (hold.isPresent()) {
            entry = entry.with(entry.progress().held(hold));
        }
        return entry;
    }

    private static int indexOf(List<Recipient> list, Recipient recipient) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == recipient) {
                return i;
            }
        }
        return -1;
    }

    /** Those who have left; tell {@code done} of them once the spool knows. */
    List<Gone> gone() {
        return gone;
    }

    private void settle(Mailbox mailbox, Judgement first) {
        Judgement judgement = classified(mailbox.recipient(), first);
        switch (judgement) {
            case Judgement.Delivered delivered ->
                end(mailbox, new Fate.Delivered(delivered.reply(), delivered.relayedWithDsn()));
            case Judgement.Never never -> end(mailbox, new Fate.Bounced(never.reply()));
            case Judgement.Again again -> again(mailbox, again);
            case Judgement.NotYet later -> stay(mailbox.heard(later.reply()), later.reply(), later.when());
            case Judgement.Held held -> hold(mailbox, held.reason());
            case Judgement.Discarded discarded -> discard(mailbox, discarded.reason());
        }
    }

    /** A plugin may see the reply otherwise; but what the far side has taken stays taken, or it would be sent twice. */
    private Judgement classified(Recipient recipient, Judgement first) {
        Reply reply = switch (first) {
            case Judgement.Delivered delivered -> delivered.reply();
            case Judgement.Never never -> never.reply();
            case Judgement.Again again -> again.reply();
            case Judgement.NotYet _, Judgement.Held _, Judgement.Discarded _ -> null;
        };
        if (reply == null || !hooks.response.bound(attempt.pin(), attempt)) {
            return first;
        }
        Decision decision = hooks.response.decide(
                attempt.pin(), attempt, (plugin, _) -> plugin.response(attempt, recipient, reply));
        Optional<Judgement> other = Judgement.of(decision.verdict());
        return first instanceof Judgement.Delivered || other.isEmpty() ? first : again(other.get());
    }

    /** After an attempt Later is a retry at that time. */
    private static Judgement again(Judgement judgement) {
        return judgement instanceof Judgement.NotYet later
                ? new Judgement.Again(later.reply(), Optional.of(later.when()))
                : judgement;
    }

    private void again(Mailbox mailbox, Judgement.Again again) {
        Reply reply = again.reply();
        if (!now.isBefore(expires)) {
            end(mailbox, new Fate.Expired(reply));
            return;
        }
        int attempts = entry.progress().attempts();
        if (settings.maxAttempts() > 0 && attempts >= settings.maxAttempts()) {
            end(mailbox, new Fate.Expired(reply));
            return;
        }
        var curve = new RetryCurve(settings.retry(), settings.jitter());
        Instant next = again.when().orElseGet(() -> now.plus(curve.wait(attempts, random)));
        if (!hooks.retry.bound(attempt.pin(), attempt)) {
            stay(mailbox.heard(reply), reply, next);
            return;
        }
        Decision decision = hooks.retry.decide(
                attempt.pin(), attempt, (plugin, _) -> plugin.retry(attempt, mailbox.recipient(), reply, next));
        switch (Judgement.of(decision.verdict()).orElse(again)) {
            case Judgement.Never never -> end(mailbox, new Fate.Bounced(never.reply()));
            case Judgement.NotYet later -> stay(mailbox.heard(reply), reply, later.when());
            case Judgement.Again other -> stay(mailbox.heard(other.reply()), other.reply(), next);
            case Judgement.Held held -> hold(mailbox.heard(reply), held.reason());
            case Judgement.Discarded discarded -> discard(mailbox, discarded.reason());
            case Judgement.Delivered _ -> stay(mailbox.heard(reply), reply, next);
        }
    }

    private void stay(Mailbox mailbox, Reply reply, Instant next) {
        staying.add(mailbox);
        if (due.isEmpty() || next.isBefore(due.get())) {
            due = Optional.of(next);
        }
        told.deferred(entry, mailbox.recipient(), leg, reply, now, next);
    }

    private void hold(Mailbox mailbox, String reason) {
        staying.add(mailbox);
        hold = Optional.of(reason);
    }

    private void discard(Mailbox mailbox, String reason) {
        Fate fate = new Fate.Removed(Reply.of(250, "2.0.0", "Discarded: " + printable(reason)), false);
        told.ended(entry, mailbox.recipient(), leg, fate, now);
        gone.add(new Gone(mailbox.recipient(), fate));
    }

    private void end(Mailbox mailbox, Fate fate) {
        told.ended(entry, mailbox.recipient(), leg, fate, now);
        if (isOwed(mailbox.recipient(), fate)) {
            staying.add(mailbox.owing(fate));
        } else {
            gone.add(new Gone(mailbox.recipient(), fate));
        }
    }

    /** Whether the sender has to hear of it (RFC 3461 section 4.1). */
    static boolean isOwed(Recipient recipient, Fate fate) {
        return switch (fate) {
            case Fate.Delivered delivered ->
                !delivered.relayedWithDsn() && recipient.notifyOn().contains(Notify.SUCCESS);
            case Fate.Bounced _, Fate.Expired _ -> recipient.wants(Notify.FAILURE);
            case Fate.Removed removed -> removed.tellSender() && recipient.wants(Notify.FAILURE);
        };
    }

    /** Texts of plugins and people as the text of a reply. */
    static String printable(String text) {
        return text.replaceAll("[\\r\\n\\x00]+", " ");
    }
}
