package plugins.ratelimit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.AdminAction;
import mta.plugins.api.log.Records;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code rate-limit}. Runs on the console's thread. */
@Component(
        service = RateLimitCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=rate-limit",
            "mta.help=rate-limit list||all limits, and how often each has refused|rate-limit list",
            "mta.help=rate-limit list|LIMIT|who is closest to the limit, or beyond it|rate-limit list clients",
            "mta.help=rate-limit reset|LIMIT [KEY]|lets somebody, or all, begin anew|rate-limit reset clients 192.0.2.1"
        })
public final class RateLimitCommand {

    private static final String USAGE = "rate-limit list [LIMIT], rate-limit reset LIMIT [KEY]";
    private static final int SHOWN = 100;

    private final RateLimit limits;
    private final Records records;

    @Activate
    public RateLimitCommand(@Reference RateLimit limits, @Reference Records records) {
        this.limits = limits;
        this.records = records;
    }

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) {
        int first = words.length > 0 && words[0].equals("rate-limit") ? 1 : 0;
        List<String> given = Arrays.asList(words).subList(first, words.length);
        if (given.equals(List.of("list"))) {
            return all();
        }
        boolean list = given.size() == 2 && given.getFirst().equals("list");
        boolean reset = given.size() >= 2 && given.getFirst().equals("reset");
        if (!list && !reset) {
            return Refusal.usage(USAGE);
        }
        Optional<Limit> limit = limits.limit(given.get(1));
        if (limit.isEmpty()) {
            return Refusal.of("there is no limit " + given.get(1) + "; rate-limit list shows them");
        }
        // The key of a crossing has a space in it
        return list ? one(limit.get()) : reset(limit.get(), String.join(" ", given.subList(2, given.size())));
    }

    private Table all() {
        var table = Table.of(
                Column.text("limit"),
                Column.text("per"),
                Column.text("count"),
                Column.number("amount"),
                Column.duration("every"),
                Column.number("keys"),
                Column.number("refused"));
        for (Limit limit : limits.limits()) {
            Rule rule = limit.rule();
            table.row(
                    rule.name(),
                    rule.perText(),
                    rule.count().word(),
                    rule.amount(),
                    rule.period(),
                    limit.keys(),
                    limit.refused());
        }
        return table.build();
    }

    private static Table one(Limit limit) {
        var table =
                Table.of(Column.text("key"), Column.number("left"), Column.number("of"), Column.duration("full_in"));
        List<Limit.Standing> standings = limit.standings(SHOWN);
        for (Limit.Standing standing : standings) {
            table.row(standing.key(), standing.left(), limit.rule().amount(), standing.full());
        }
        return table.note(standings.size() + " of " + limit.keys() + " shown, those with the least left first")
                .build();
    }

    private Object reset(Limit limit, String key) {
        String name = limit.rule().name();
        if (key.isEmpty()) {
            limit.resetAll();
        } else if (!limit.reset(key)) {
            return Refusal.of("nothing is known of " + key + "; rate-limit list " + name + " shows who is");
        }
        records.emit(new AdminAction(
                java.time.Instant.now(), Operator.current().name(), "rate-limit reset", (name + " " + key).strip(), 0));
        return (key.isEmpty() ? "all" : key) + " begin anew at " + name;
    }
}
