package mta.core.intake;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.routing.Routing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in: runs Routing, then stores. The order is what the promise rests on: {@link Stored} is said only after the
 * store has returned. Thread-safe; runs on the thread that brings the message.
 */
public final class MailIntake implements Intake {

    private static final Logger log = LoggerFactory.getLogger(MailIntake.class);
    private static final int MAX_NOTES_BYTES = 16 * 1024;

    private final Store store;
    private final HookPoints hooks;
    private final Records records;
    private final MessageId ids;
    private final InstantSource clock;
    private final Stage<Routing> split;
    private final Stage<Routing> place;
    private final Stage<Routing> seal;

    public MailIntake(Store store, HookPoints hooks, Records records, MessageId ids, InstantSource clock) {
        this.store = store;
        this.hooks = hooks;
        this.records = records;
        this.ids = ids;
        this.clock = clock;
        HookPoint<Routing> routing = hooks.point(Routing.class);
        this.split = routing.stage("split");
        this.place = routing.stage("place");
        this.seal = routing.stage("seal");
    }

    Store store() {
        return store;
    }

    @Override
    public Draft open(Origin origin, Envelope envelope) {
        return new MailDraft(this, ids.next(), clock.instant(), origin, envelope, hooks.pin(), true);
    }

    @Override
    public Draft open(Origin origin, Envelope envelope, Pin pin) {
        return new MailDraft(this, ids.next(), clock.instant(), origin, envelope, pin, false);
    }

    /** How far one message of a draft has come. */
    private sealed interface Routed {
        record Ready(MailDraft draft) implements Routed {}

        record Ended(Receipt receipt) implements Routed {}
    }

    Receipt commit(MailDraft draft) {
        String closed = store.closed();
        if (!closed.isEmpty()) {
            return new Refused(Reply.of(452, "4.3.1", closed));
        }
        List<MailDraft> parts;
        try {
            parts = parts(draft);
        } catch (Unresolved e) {
            log.warn("message {} cannot be split: {}", draft.id(), e.getMessage());
            return new Refused(Reply.of(451, "4.3.0", "Temporary failure, please try again later"));
        }
        try {
            return route(draft, parts);
        } finally {
            parts.stream().filter(part -> part != draft).forEach(MailDraft::close);
        }
    }

    private List<MailDraft> parts(MailDraft draft) throws Unresolved {
        Selector selector = selector(draft);
        if (!split.bound(draft.pin(), selector)) {
            return List.of(draft);
        }
        Optional<List<List<Recipient>>> groups =
                split.resolve(draft.pin(), selector, (plugin, call) -> plugin.split(draft.message(call)));
        if (groups.isEmpty() || groups.get().size() < 2) {
            return List.of(draft);
        }
        var parts = new ArrayList<MailDraft>();
        for (List<Recipient> group : groups.get()) {
            parts.add(draft.part(ids.next(), group));
        }
        return parts;
    }

    private Receipt route(MailDraft draft, List<MailDraft> parts) {
        var ready = new ArrayList<MailDraft>();
        Receipt dropped = null;
        for (MailDraft part : parts) {
            switch (route(part)) {
                case Routed.Ready(MailDraft one) -> ready.add(one);
                case Routed.Ended(Dropped one) -> dropped = one;
                case Routed.Ended(Receipt refused) -> {
                    return refused;
                }
            }
        }
        return ready.isEmpty() ? dropped : store(draft, ready);
    }

    private Routed route(MailDraft draft) {
        Selector selector = selector(draft);
        if (place.bound(draft.pin(), selector)) {
            Verdict verdict = place.decide(
                            draft.pin(),
                            selector,
                            (plugin, call) -> plugin.place(
                                    draft.message(call),
                                    new PlacementView(draft, call),
                                    draft.origin().cause()))
                    .verdict();
            Optional<Routed> ended = apply(verdict, draft);
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        if (seal.bound(draft.pin(), selector)) {
            Verdict verdict = seal.decide(draft.pin(), selector, (plugin, call) -> plugin.seal(draft.message(call)))
                    .verdict();
            Optional<Routed> ended = apply(verdict, draft);
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        return new Routed.Ready(draft);
    }

    private static Optional<Routed> apply(Verdict verdict, MailDraft draft) {
        return switch (verdict) {
            case Verdict.Next _, Verdict.Accept _ -> Optional.empty();
            case Verdict.Refuse refuse -> Optional.of(new Routed.Ended(new Refused(refuse.reply())));
            case Verdict.Discard(String reason) -> Optional.of(new Routed.Ended(new Dropped(draft.id(), reason)));
            case Verdict.Later later -> {
                draft.notBefore(later.when());
                yield Optional.empty();
            }
            case Verdict.Hold(String reason) -> {
                draft.hold(reason);
                yield Optional.empty();
            }
        };
    }

    private Receipt store(MailDraft draft, List<MailDraft> ready) {
        var parcels = new ArrayList<Store.Parcel>(ready.size());
        try {
            for (MailDraft part : ready) {
                byte[] head = part.head();
                if (part.buffer().trouble().isPresent()) {
                    return refused(part, part.buffer().trouble().get());
                }
                parcels.add(new Store.Parcel(message(part), head, part.buffer().rest()));
            }
            store.put(parcels);
        } catch (StoreException e) {
            return refused(draft, e);
        } catch (IllegalArgumentException e) {
            log.warn("message {} cannot be stored", draft.id(), e);
            return new Refused(Reply.of(451, "4.3.0", "Temporary failure, please try again later"));
        }
        for (int i = 0; i < parcels.size(); i++) {
            report(parcels.get(i));
        }
        return new Stored(MessageId.text(parcels.getFirst().message().id()));
    }

    private static Refused refused(MailDraft draft, StoreException e) {
        log.warn("message {} was not stored", draft.id(), e);
        return new Refused(e.reply());
    }

    private StoredMessage message(MailDraft draft) {
        int noted = draft.noted().isEmpty() ? 0 : draft.noted().toString().length();
        if (noted > MAX_NOTES_BYTES) {
            throw new IllegalArgumentException("notes of " + noted + " bytes; " + MAX_NOTES_BYTES + " are allowed");
        }
        return new StoredMessage(
                draft.number(),
                draft.arrival(),
                draft.origin(),
                draft.envelope(),
                draft.placed(),
                draft.size(),
                draft.held(),
                copy(draft.noted()));
    }

    private static Map<String, Map<String, Object>> copy(Map<String, Map<String, Object>> notes) {
        if (notes.isEmpty()) {
            return Map.of();
        }
        var copy = new LinkedHashMap<String, Map<String, Object>>();
        notes.forEach((plugin, own) -> copy.put(plugin, Map.copyOf(own)));
        return copy;
    }

    private void report(Store.Parcel parcel) {
        if (!records.wanted("Reception")) {
            return;
        }
        StoredMessage message = parcel.message();
        Origin origin = message.origin();
        records.emit(new Reception(
                message.arrival(),
                MessageId.text(message.id()),
                origin.listener(),
                origin.protocol(),
                origin.client(),
                origin.clientName(),
                origin.user(),
                message.envelope().sender().address().toString(),
                message.envelope().recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList(),
                message.bytes(),
                message.placed().tenant(),
                message.placed().campaign(),
                HeaderSection.find(parcel.head(), parcel.head().length, "Message-ID"),
                message.hold()));
    }

    private static Selector selector(MailDraft draft) {
        return key -> switch (key) {
            case Selector.TRACE -> draft.id();
            case "cause" -> draft.origin().cause().name();
            case "tenant" -> draft.placed().tenant();
            case "sender.domain" -> draft.envelope().sender().address().domain();
            case "user" -> draft.origin().user().orElse("");
            case "listener" -> draft.origin().listener();
            default -> "";
        };
    }
}
