package plugins.logkafka;

import mta.journal.Outbox;
import mta.journal.Sender;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code log-kafka}. Runs on the console's thread. */
@Component(
        service = KafkaCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=log-kafka",
            "mta.help=log-kafka||what waits for the brokers, and why|log-kafka",
            "mta.help=log-kafka retry||tries now what waits for its next try|log-kafka retry"
        })
public final class KafkaCommand {

    private final KafkaLog log;

    @Activate
    public KafkaCommand(@Reference KafkaLog log) {
        this.log = log;
    }

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) {
        int first = words.length > 0 && words[0].equals("log-kafka") ? 1 : 0;
        if (words.length == first + 1 && words[first].equals("retry")) {
            log.retry();
        } else if (words.length != first) {
            return Refusal.usage("log-kafka [retry]");
        }
        return table(log.brokers(), log.state());
    }

    private static Table table(String brokers, Outbox.State state) {
        Sender.State sender = state.sender();
        String trouble = state.trouble().isEmpty() ? sender.trouble() : state.trouble();
        return Table.of(
                        Column.text("brokers"),
                        Column.bytes("waiting"),
                        Column.number("sent"),
                        Column.number("skipped"),
                        Column.number("dropped"),
                        Column.number("failures"),
                        Column.time("next_try"),
                        Column.text("trouble"))
                .row(
                        brokers,
                        state.backlog(),
                        sender.sent(),
                        sender.skipped(),
                        state.dropped(),
                        sender.failures(),
                        sender.next().<Object>map(next -> next).orElse(Table.NONE),
                        trouble)
                .build();
    }
}
