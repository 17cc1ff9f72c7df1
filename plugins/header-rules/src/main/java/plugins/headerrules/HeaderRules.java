package plugins.headerrules;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Headers;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.metrics.Metrics;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Does what the rules say. At {@code message} everything but placing, which it notes; at {@code place} that, for mail that
 * comes in other ways from the fields themselves. Runs on the threads that bring mail; thread-safe: the rules are
 * immutable and replaced as a whole.
 */
@Component(service = {Reception.class, Routing.class, HeaderRules.class})
@Plugin("header-rules")
public final class HeaderRules implements Reception, Routing {

    /** Note of a message: action to text, of the rules that place it. */
    private static final String PLACED = "placed";

    private static final int SHOWN = 500;

    private final Records records;
    private final Metrics metrics;
    private volatile Rules rules = Rules.NONE;

    @Activate
    public HeaderRules(@Reference Records records, @Reference Metrics metrics) {
        this.records = records;
        this.metrics = metrics;
    }

    synchronized void put(Rule rule) {
        rules = rules.with(rule);
    }

    synchronized void remove(String name) {
        rules = rules.without(name);
    }

    Rules rules() {
        return rules;
    }

    @Override
    public Verdict message(Transaction transaction, Message message) throws InterruptedException {
        List<Hit> hits = rules.hits(message.headers().all());
        Verdict verdict = Verdict.next();
        var placed = new LinkedHashMap<String, Object>();
        for (Hit hit : hits) {
            Rule rule = hit.rule();
            metrics.counter("header_rules.hits", "rule", rule.name()).increment();
            switch (rule.action()) {
                case REFUSE -> {
                    return Verdict.refuse(rule.reply(hit.text()));
                }
                case DISCARD -> {
                    return Verdict.discard(reason(hit));
                }
                case HOLD -> verdict = Verdict.hold(reason(hit));
                case REDIRECT -> redirect(message, hit);
                case BCC -> address(hit).ifPresent(message::addRecipient);
                case NOTE -> message.notes().put(rule.target().isEmpty() ? rule.name() : rule.target(), hit.text());
                case LOG -> log(message, hit);
                case TENANT, CAMPAIGN, PRIORITY, POOL, TRANSPORT, ROUTE ->
                    placed.putIfAbsent(rule.action().word(), hit.text());
                case ADD, REPLACE, REMOVE -> {} // below, all together
                case SKIP -> {}
            }
        }
        if (!placed.isEmpty()) {
            message.notes().put(PLACED, placed);
        }
        change(message.headers(), hits);
        return verdict;
    }

    private static String reason(Hit hit) {
        return hit.text().isBlank() ? hit.rule().name() : hit.text();
    }

    private static void redirect(Message message, Hit hit) {
        address(hit).ifPresent(recipient -> {
            message.envelope().recipients().forEach(message::removeRecipient);
            message.addRecipient(recipient);
        });
    }

    /** A text that a stranger had a part in may be none. */
    private static Optional<Recipient> address(Hit hit) {
        try {
            return Optional.of(Recipient.of(Rule.address(hit.text())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void log(Message message, Hit hit) {
        if (records.wanted("HeaderRule")) {
            var values = new LinkedHashMap<String, Object>();
            values.put("id", message.id());
            values.put("rule", hit.rule().name());
            values.put("field", hit.field().map(HeaderRules::show).orElse(""));
            values.put("text", hit.text());
            records.emit(new LogRecord.Event(Instant.now(), "HeaderRule", values));
        }
    }

    static String show(Header field) {
        String text = (field.name() + ": " + field.value()).replaceAll("\\p{Cntrl}", " ");
        return text.length() > SHOWN ? text.substring(0, SHOWN) : text;
    }

    /**
     * Fields are counted by name and place, which a change moves: first those that stay in place, then from the bottom
     * up.
     */
    private static void change(Headers headers, List<Hit> hits) {
        List<Hit> changes =
                hits.stream().filter(hit -> hit.rule().action().changesFields()).toList();
        for (Hit hit : changes) {
            if (hit.index().isEmpty()) {
                headers.append(Header.of(hit.rule().target(), hit.text()));
            } else if (replacesInPlace(hit)) {
                headers.replace(hit.nth(), Header.of(hit.field().get().name(), hit.text()));
            }
        }
        var moving = new ArrayList<>(changes);
        moving.removeIf(hit -> hit.index().isEmpty() || replacesInPlace(hit));
        moving.sort(Comparator.comparing((Hit hit) -> hit.index().get()).reversed());
        Set<Integer> gone = new HashSet<>();
        for (Hit hit : moving) {
            int index = hit.index().get();
            if (hit.rule().action() != Action.ADD && gone.add(index)) {
                headers.remove(hit.field().get().name(), hit.nth());
            }
            if (hit.rule().action() != Action.REMOVE) {
                headers.insert(index, Header.of(hit.rule().target(), hit.text()));
            }
        }
    }

    private static boolean replacesInPlace(Hit hit) {
        String target = hit.rule().target();
        return hit.rule().action() == Action.REPLACE
                && (target.isEmpty()
                        || target.equalsIgnoreCase(hit.field().get().name()));
    }

    @Override
    public Verdict place(Message message, Placement placement, Cause cause) throws InterruptedException {
        if (cause == Cause.LOADED || cause == Cause.RETRY || cause == Cause.REBIND) {
            return Verdict.next(); // it has its place, and maybe from an operator
        }
        Map<?, ?> placed =
                message.notes().find(PLACED).map(note -> (Map<?, ?>) note).orElse(Map.of());
        if (placed.isEmpty() && cause != Cause.RECEIVED) {
            var own = new LinkedHashMap<String, String>();
            for (Hit hit : rules.hits(message.headers().all())) {
                if (hit.rule().action().places()) {
                    own.putIfAbsent(hit.rule().action().word(), hit.text());
                }
            }
            placed = own;
        }
        placed.forEach((action, text) -> place(placement, Action.of(action.toString()), text.toString()));
        return Verdict.next();
    }

    /** Values that cannot be are left out: a stranger may have written them, and mail must not fail for that. */
    private static void place(Placement placement, Action action, String text) {
        switch (action) {
            case PRIORITY -> {
                if (text.matches("[0-9]")) {
                    placement.priority(Integer.parseInt(text));
                }
            }
            case ROUTE -> placement.route(text);
            case TENANT -> named(text).ifPresent(placement::tenant);
            case CAMPAIGN -> named(text).ifPresent(placement::campaign);
            case POOL -> named(text).ifPresent(placement::pool);
            case TRANSPORT -> named(text).ifPresent(placement::transport);
            default -> throw new IllegalStateException(action.word());
        }
    }

    private static Optional<String> named(String text) {
        return Optional.of(text.strip()).filter(Rule::isName);
    }
}
