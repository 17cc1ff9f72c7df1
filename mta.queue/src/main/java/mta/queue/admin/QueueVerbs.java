package mta.queue.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mta.core.intake.MessageId;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.queue.dispatch.Action;
import mta.queue.dispatch.Operations;
import mta.queue.entry.Entry;
import mta.queue.entry.Mailbox;
import mta.queue.index.Dimension;
import mta.queue.index.Index;
import mta.queue.index.QueueKey;
import mta.queue.index.Tally;

/** The verb {@code queue} with its sub-verbs. Called on the console's threads; thread-safe. */
final class QueueVerbs {

    private static final int SAMPLE = 10;
    private static final int LISTED = 50;

    private final Operations operations;
    private final Jobs jobs;

    QueueVerbs(Operations operations, Jobs jobs) {
        this.operations = operations;
        this.jobs = jobs;
    }

    Object run(String[] arguments) {
        if (arguments.length == 0) {
            return summary(List.of());
        }
        List<String> words = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
        try {
            return switch (arguments[0]) {
                case "summary" -> summary(words);
                case "list" -> list(words);
                case "show" -> show(words);
                case "suspend" -> suspend(words);
                case "resume" -> resume(words);
                case "rules" -> rules();
                case "redirect" -> redirect(words);
                case "retry" -> act("retry", words, _ -> new Action.Retry());
                case "bounce" ->
                    act("bounce", words, options -> new Action.Bounce(options.text("--reason", "no reason given")));
                case "drop" -> act("drop", words, _ -> new Action.Drop());
                case "hold" ->
                    act("hold", words, options -> new Action.Hold(options.text("--reason", "by an operator")));
                case "release" -> act("release", words, _ -> new Action.Release());
                case "priority" -> priority(words);
                default -> Refusal.usage("queue " + arguments[0] + ": no such verb; see 'verbs queue'");
            };
        } catch (BadWords e) {
            return Refusal.usage(e.getMessage());
        }
    }

    private static String who() {
        return Operator.current().name();
    }

    // -- looking ------------------------------------------------------------------------------------------------------

    private Object summary(List<String> words) {
        Index index = operations.index();
        String by = words.isEmpty() ? "state" : words.getFirst();
        if (by.equals("state")) {
            return byState(index.total());
        }
        for (Dimension dimension : Dimension.values()) {
            if (dimension.name().equals(by.toUpperCase(Locale.ROOT))) {
                return byName(by, index.summary(dimension));
            }
        }
        if (by.equals("queue")) {
            List<Tally> queues = new ArrayList<>();
            index.eachQueue((key, tally) -> queues.add(named(tally, name(key))));
            return byName(by, queues);
        }
        return Refusal.usage(
                "queue summary by state, tenant, campaign, destination, class, site or queue, not by " + by);
    }

    private static Tally named(Tally tally, String name) {
        return new Tally(
                name,
                tally.scheduled(),
                tally.ready(),
                tally.inflight(),
                tally.held(),
                tally.suspended(),
                tally.bytes(),
                tally.oldest());
    }

    static String name(QueueKey key) {
        String campaign = key.campaign().isEmpty() ? "" : "/" + key.campaign();
        String klass = key.klass().isEmpty() ? "" : " [" + key.klass() + "]";
        return key.tenant() + campaign + " " + key.destination() + klass;
    }

    private Table byState(Tally total) {
        return Table.of(Column.text("state"), Column.number("entries"))
                .row("scheduled", total.scheduled())
                .row("ready", total.ready())
                .row("inflight", total.inflight())
                .row("held", total.held())
                .row("suspended", total.suspended())
                .row("total", total.entries())
                .note(operations.index().queueCount() + " queues, " + mib(total.bytes()) + " MiB"
                        + total.oldest().map(time -> ", oldest from " + time).orElse(""))
                .build();
    }

    private static long mib(long bytes) {
        return bytes >> 20;
    }

    private static Table byName(String by, List<Tally> tallies) {
        List<Tally> sorted = new ArrayList<>(tallies);
        sorted.sort(Comparator.comparingLong(Tally::entries).reversed().thenComparing(Tally::name));
        var table = Table.of(
                Column.text(by),
                Column.number("entries"),
                Column.number("scheduled"),
                Column.number("ready"),
                Column.number("inflight"),
                Column.number("held"),
                Column.number("suspended"),
                Column.bytes("size"),
                Column.time("oldest"));
        for (Tally tally : sorted) {
            table.row(
                    tally.name(),
                    tally.entries(),
                    tally.scheduled(),
                    tally.ready(),
                    tally.inflight(),
                    tally.held(),
                    tally.suspended(),
                    tally.bytes(),
                    cell(tally.oldest()));
        }
        return table.build();
    }

    private static Object cell(Optional<?> value) {
        return value.isPresent() ? value.get() : Table.NONE;
    }

    private Object list(List<String> words) throws BadWords {
        Options options = Options.of(words, "--limit");
        FilterWords filter = FilterWords.of(options.words());
        int limit = options.number("--limit", LISTED, 1, 100_000);
        return entries(operations.some(filter.filter(), limit), limit);
    }

    private Table entries(List<mta.queue.index.Entry> found, int limit) {
        var table = Table.of(
                Column.text("id"),
                Column.text("state"),
                Column.text("tenant"),
                Column.text("destination"),
                Column.text("sender"),
                Column.number("rcpts"),
                Column.bytes("size"),
                Column.duration("age"),
                Column.number("attempts"),
                Column.number("priority"),
                Column.time("next"));
        Instant now = operations.now();
        for (mta.queue.index.Entry entry : found) {
            table.row(
                    MessageId.text(entry.message()),
                    entry.state().name().toLowerCase(Locale.ROOT),
                    entry.queue().tenant(),
                    entry.queue().destination(),
                    "@" + entry.sender(),
                    entry.recipients(),
                    entry.bytes(),
                    Duration.ofSeconds(Math.max(0, now.getEpochSecond() - entry.arrival())),
                    entry.attempts(),
                    entry.priority(),
                    Instant.ofEpochSecond(entry.due()));
        }
        return table.note(found.size() < limit ? "" : "the first " + limit + "; --limit N shows more")
                .build();
    }

    private Object show(List<String> words) throws BadWords {
        if (words.size() != 1) {
            throw new BadWords("queue show ID");
        }
        long id;
        try {
            id = MessageId.parse(words.getFirst());
        } catch (IllegalArgumentException e) {
            throw new BadWords(e.getMessage());
        }
        List<Operations.Shown> shown = operations.show(id);
        if (shown.isEmpty()) {
            return Refusal.of("no message " + words.getFirst() + " in the queue");
        }
        var table = Table.of(Column.text("field"), Column.text("value"));
        Entry first = shown.getFirst().entry();
        table.row("id", MessageId.text(id));
        table.row("arrival", first.arrival().toString());
        table.row("sender", "<" + first.message().envelope().sender().address() + ">");
        table.row("size", Long.toString(first.message().bytes()));
        table.row(
                "origin",
                first.message().origin().listener() + " "
                        + first.message().origin().protocol() + " "
                        + first.message().origin().client());
        for (Operations.Shown each : shown) {
            show(table, each);
        }
        for (String header : Headers.of(operations.content(id))) {
            table.row("header", header);
        }
        return table.build();
    }

    private static void show(Table.Builder table, Operations.Shown shown) {
        Entry entry = shown.entry();
        var placed = entry.message().placed();
        table.row(
                "queue",
                placed.tenant() + (placed.campaign().isEmpty() ? "" : "/" + placed.campaign()) + " "
                        + entry.destination());
        table.row(
                "  state",
                shown.state().name().toLowerCase(Locale.ROOT)
                        + entry.progress().hold().map(reason -> ": " + reason).orElse(""));
        table.row(
                "  attempts",
                entry.progress().attempts()
                        + entry.progress()
                                .lastAttempt()
                                .map(when -> ", last " + when + " to "
                                        + entry.progress().peer())
                                .orElse(""));
        table.row("  next", entry.progress().due() + ", expires " + shown.expires());
        table.row("  priority", Integer.toString(entry.progress().priority()));
        for (Mailbox mailbox : entry.mailboxes()) {
            table.row(
                    "  recipient",
                    "<" + mailbox.recipient().address() + ">"
                            + mailbox.owed()
                                    .map(fate -> " " + fate.getClass().getSimpleName() + ", its sender is to be told")
                                    .orElse("")
                            + mailbox.last().map(reply -> " " + reply).orElse(""));
        }
    }

    // -- acting on messages -------------------------------------------------------------------------------------------

    private interface Choice {
        Action of(Options options) throws BadWords;
    }

    private Object priority(List<String> words) throws BadWords {
        if (words.isEmpty()) {
            throw new BadWords("queue priority FILTER N");
        }
        int at = -1;
        for (int i = 0; i < words.size(); i++) {
            at = words.get(i).matches("[0-9]") ? i : at;
        }
        if (at < 0) {
            throw new BadWords("queue priority FILTER N, with N from 0 (first) to 9 (last)");
        }
        int priority = Integer.parseInt(words.remove(at));
        return act("priority", words, _ -> new Action.Priority(priority));
    }

    private Object act(String verb, List<String> words, Choice choice) throws BadWords {
        Options options = Options.of(words, "--reason", "--dry-run", "--all", "--to");
        FilterWords filter = FilterWords.of(options.words());
        if (filter.isEmpty() && !options.has("--all")) {
            throw new BadWords(
                    "queue " + verb + " needs a filter, or --all for everything; a filter is " + FilterWords.HELP);
        }
        Action action = choice.of(options);
        if (options.has("--dry-run")) {
            return dryRun(verb, filter);
        }
        String target = filter.isEmpty() ? "all" : filter.text();
        String who = who(); // the job runs on a thread of its own
        return jobs.start(verb + " " + target, (progress, cancelled) -> {
            Operations.Acted acted = operations.act(filter.filter(), action, progress, cancelled);
            operations.told(who, verb, target, acted.touched());
            return verb + ": " + acted.touched() + " messages"
                    + (acted.onTheWire() > 0
                            ? "; " + acted.onTheWire() + " are being sent now and were left alone"
                            : "");
        });
    }

    private Table dryRun(String verb, FilterWords filter) {
        long count = operations.count(filter.filter());
        Table sample = entries(operations.some(filter.filter(), SAMPLE), Integer.MAX_VALUE);
        return new Table(
                sample.columns(),
                sample.rows(),
                verb + " would touch " + count + " messages"
                        + (count > SAMPLE ? "; these are " + SAMPLE + " of them" : "") + "; nothing was done");
    }

    // -- acting on queues ---------------------------------------------------------------------------------------------

    private FilterWords queuesOnly(String verb, Options options) throws BadWords {
        FilterWords filter = FilterWords.of(options.words());
        if (filter.isEmpty() && !options.has("--all")) {
            throw new BadWords("queue " + verb + " needs tenant=, campaign= or destination=, or --all");
        }
        if (!filter.onlyQueues()) {
            throw new BadWords(
                    "queue " + verb + " works on whole queues: tenant=, campaign=, destination=, one glob each"
                            + " (for single messages use hold and release)");
        }
        return filter;
    }

    private Object suspend(List<String> words) throws BadWords {
        Options options = Options.of(words, "--all", "--dry-run");
        FilterWords filter = queuesOnly("suspend", options);
        if (options.has("--dry-run")) {
            return dryRun("suspend", filter);
        }
        operations.suspend(
                filter.glob(Dimension.TENANT),
                filter.glob(Dimension.CAMPAIGN),
                filter.glob(Dimension.DESTINATION),
                who());
        long count = operations.count(filter.filter());
        operations.told(who(), "suspend", filter.isEmpty() ? "all" : filter.text(), count);
        return "suspended, " + count + " messages wait; mail that comes later waits too, until queue resume";
    }

    private Object resume(List<String> words) throws BadWords {
        Options options = Options.of(words, "--all", "--dry-run");
        FilterWords filter = queuesOnly("resume", options);
        if (options.has("--dry-run")) {
            return dryRun("resume", filter);
        }
        List<String> open = operations.resume(
                filter.glob(Dimension.TENANT), filter.glob(Dimension.CAMPAIGN), filter.glob(Dimension.DESTINATION));
        if (open.isEmpty()) {
            return Refusal.of("no suspension is covered by that; 'queue rules' shows them");
        }
        operations.told(who(), "resume", String.join("; ", open), operations.count(filter.filter()));
        return "resumed: " + String.join("; ", open);
    }

    private Object redirect(List<String> words) throws BadWords {
        Options options = Options.of(words, "--to", "--off", "--all", "--dry-run", "--reason");
        FilterWords filter = FilterWords.of(options.words());
        if (options.has("--off")) {
            queuesOnly("redirect", options);
            List<String> gone = operations.redirectOff(
                    filter.glob(Dimension.TENANT), filter.glob(Dimension.CAMPAIGN), filter.glob(Dimension.DESTINATION));
            if (gone.isEmpty()) {
                return Refusal.of("no redirection is covered by that; 'queue rules' shows them");
            }
            operations.told(who(), "redirect off", String.join("; ", gone), operations.count(filter.filter()));
            return "no longer redirected: " + String.join("; ", gone);
        }
        String route = options.text("--to", "");
        if (route.isEmpty()) {
            throw new BadWords("queue redirect FILTER --to ROUTE, a domain or [host]:port; or --off");
        }
        if (!filter.onlyQueues() || filter.isEmpty()) {
            return act("redirect", words, _ -> new Action.Redirect(route));
        }
        if (options.has("--dry-run")) {
            return dryRun("redirect", filter);
        }
        operations.redirect(
                filter.glob(Dimension.TENANT),
                filter.glob(Dimension.CAMPAIGN),
                filter.glob(Dimension.DESTINATION),
                route,
                who());
        long count = operations.count(filter.filter());
        operations.told(who(), "redirect", filter.text() + " to " + route, count);
        return "redirected to " + route + ", " + count + " messages; mail that comes later too, until --off";
    }

    private Table rules() {
        var table = Table.of(Column.text("queues"), Column.text("rule"), Column.text("who"), Column.time("since"));
        for (Operations.Rule rule : operations.rules()) {
            table.row(
                    rule.scope(),
                    rule.route().isEmpty() ? "suspended" : "redirected to " + rule.route(),
                    rule.who(),
                    rule.since());
        }
        return table.build();
    }
}
