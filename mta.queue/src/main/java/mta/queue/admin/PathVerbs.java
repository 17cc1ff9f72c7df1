package mta.queue.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.policy.PathSettings;
import mta.queue.dispatch.Operations;
import mta.queue.index.Dimension;
import mta.queue.index.Tally;
import mta.queue.policy.Effective;
import mta.queue.policy.Explanation;
import mta.queue.policy.Facts;
import mta.queue.policy.Glob;
import mta.queue.policy.Scope;
import mta.queue.policy.Setting;

/** The verbs {@code paths}, {@code why} and {@code explain}. Called on the console's threads; thread-safe. */
final class PathVerbs {

    private static final int QUEUES = 5;

    private final Operations operations;

    PathVerbs(Operations operations) {
        this.operations = operations;
    }

    Object paths(String[] arguments) {
        if (arguments.length > 1) {
            return Refusal.usage("paths [SITE]");
        }
        var glob = new Glob(arguments.length == 0 ? "*" : arguments[0]);
        var table = Table.of(
                Column.text("path"),
                Column.text("connections"),
                Column.text("rate"),
                Column.number("queued"),
                Column.duration("backoff"),
                Column.number("failures"),
                Column.text("last_reply"));
        Instant now = operations.now();
        int shown = 0;
        for (Operations.PathState path : operations.paths()) {
            if (!glob.matches(path.site())) {
                continue;
            }
            shown++;
            long queued = operations
                    .index()
                    .summary(Dimension.SITE, path.site())
                    .map(Tally::entries)
                    .orElse(0L);
            table.row(
                    path.name(),
                    connections(path),
                    rate(path.settings()),
                    queued,
                    path.backoffUntil()
                            .<Object>map(until -> Duration.between(now, until))
                            .orElse(Table.NONE),
                    path.failures(),
                    path.lastReply().map(Object::toString).orElse(""));
        }
        return table.note(shown == 0 ? "no path in use" : "queued counts all mail for the site")
                .build();
    }

    private static String connections(Operations.PathState path) {
        String opening = path.opening() > 0 ? "+" + path.opening() : "";
        return path.channels() + opening + "/" + path.settings().connections();
    }

    private static String rate(PathSettings settings) {
        double rate = settings.rate();
        if (rate == 0) {
            return "no limit";
        }
        return rate >= 1 ? number(rate) + "/s" : rate * 60 >= 1 ? number(rate * 60) + "/m" : number(rate * 3600) + "/h";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format("%.2f", value);
    }

    /** All that answers "why is mail to this destination stuck?" on one screen. */
    Object why(String[] arguments) {
        if (arguments.length != 1) {
            return Refusal.usage("why DESTINATION");
        }
        List<Operations.QueueState> queues = operations.queues(arguments[0], QUEUES);
        if (queues.isEmpty()) {
            return Refusal.of("no mail for " + arguments[0] + " is queued, and none went there lately");
        }
        var table = Table.of(Column.text("about"), Column.text("what"));
        for (Operations.QueueState queue : queues) {
            queue(table, queue);
        }
        String note = queues.size() < QUEUES ? "" : "the " + QUEUES + " fullest queues; queue summary queue shows all";
        return table.note(note).build();
    }

    private void queue(Table.Builder table, Operations.QueueState queue) {
        Tally counts = queue.counts();
        Instant now = operations.now();
        table.row("QUEUE", QueueVerbs.name(queue.key()));
        table.row("verdict", verdict(queue, now));
        table.row(
                "messages",
                counts.entries() + " (scheduled " + counts.scheduled() + ", ready " + counts.ready()
                        + ", in flight " + counts.inflight() + ", held " + counts.held() + ", suspended "
                        + counts.suspended()
                        + ")"
                        + counts.oldest()
                                .map(oldest -> ", oldest " + age(oldest, now))
                                .orElse(""));
        table.row(
                "goes to",
                queue.transport() + ":" + queue.target()
                        + queue.redirect()
                                .map(route -> " (redirected by an operator)")
                                .orElse(""));
        table.row(
                "lookup",
                queue.standing()
                        + queue.until().map(until -> ", until " + until).orElse("")
                        + queue.why().map(reply -> ": " + reply).orElse(""));
        replies(table, queue.replies(), now);
        for (Operations.PathState path : queue.paths()) {
            path(table, queue, path, now);
        }
    }

    /** The first thing that keeps its mail back, in words. */
    private static String verdict(Operations.QueueState queue, Instant now) {
        if (queue.suspended()) {
            return "SUSPENDED by an operator; see queue rules, queue resume";
        }
        if (queue.standing().equals("resting")) {
            return "cannot be looked up; asked again " + in(queue.until(), now);
        }
        if (queue.standing().equals("unroutable")) {
            return "takes no mail; it is returned";
        }
        Optional<Operations.PathState> resting = queue.paths().stream()
                .filter(path -> path.backoffUntil().isPresent())
                .findFirst();
        if (resting.isPresent()) {
            return "cannot be reached, " + resting.get().failures() + " failures in a row; tried again "
                    + in(resting.get().backoffUntil(), now);
        }
        Tally counts = queue.counts();
        if (counts.entries() == 0) {
            return "nothing is queued";
        }
        if (counts.ready() == 0 && counts.inflight() == 0) {
            return counts.held() == counts.entries() ? "all of it is held" : "all of it waits for its next attempt";
        }
        boolean full = queue.paths().stream()
                .allMatch(path -> path.channels() >= path.settings().connections());
        return full && counts.ready() > 0 ? "being sent; all connections are busy" : "being sent";
    }

    private void path(Table.Builder table, Operations.QueueState queue, Operations.PathState path, Instant now) {
        table.row("PATH", path.name());
        table.row(
                "  hosts",
                String.join(
                        ", ", path.hops().stream().limit(4).map(PathVerbs::hop).toList()));
        table.row(
                "  state",
                connections(path) + " connections, " + path.idle() + " idle"
                        + path.backoffUntil()
                                .map(until -> ", backs off until " + until + " (" + in(Optional.of(until), now)
                                        + ") after " + path.failures() + " failures")
                                .orElse(""));
        Effective effective = operations
                .policies()
                .effective(Facts.path(queue.key().tenant(), queue.key().destination(), path.site(), path.source()));
        table.row(
                "  limits",
                "connections " + path.settings().connections() + by(effective, Setting.CONNECTIONS)
                        + ", rate " + rate(path.settings()) + by(effective, Setting.RATE) + ", backoff "
                        + path.settings().backoff().toSeconds() + "s.."
                        + path.settings().maxBackoff().toSeconds() + "s"
                        + by(effective, Setting.BACKOFF));
        replies(table, path.replies(), now);
    }

    private static String by(Effective effective, Setting setting) {
        return effective
                .scope(setting)
                .map(Scope::origin)
                .map(origin -> " [" + origin + "]")
                .orElse("");
    }

    private static String hop(Hop hop) {
        return hop.host() + ":" + hop.port() + (hop.preference() > 0 ? " (" + hop.preference() + ")" : "");
    }

    private static void replies(Table.Builder table, List<Operations.HeardReply> replies, Instant now) {
        for (Operations.HeardReply heard : replies) {
            table.row("  reply", heard.count() + " x, last " + age(heard.last(), now) + " ago: " + heard.reply());
        }
    }

    private static String age(Instant then, Instant now) {
        return words(Duration.between(then, now));
    }

    private static String in(Optional<Instant> then, Instant now) {
        return then.map(time -> "in " + words(Duration.between(now, time))).orElse("soon");
    }

    private static String words(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120 ? seconds + "s" : seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }

    Object explain(String[] arguments) {
        if (arguments.length < 2 || arguments.length > 3) {
            return Refusal.usage("explain TENANT DESTINATION [CAMPAIGN]");
        }
        String campaign = arguments.length == 3 ? arguments[2] : "";
        return Explanation.of(
                operations.policies(),
                arguments[0],
                campaign,
                arguments[1],
                operations.places(arguments[0], arguments[1]));
    }
}
