package plugins.logwebhook;

import mta.journal.Outbox;
import mta.journal.Sender;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code log-webhook}. Runs on the console's thread. */
@Component(
        service = WebhookCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=log-webhook",
            "mta.help=log-webhook||what waits for the webhook, and why|log-webhook",
            "mta.help=log-webhook retry||tries now what waits for its next try|log-webhook retry"
        })
public final class WebhookCommand {

    private final WebhookLog log;

    @Activate
    public WebhookCommand(@Reference WebhookLog log) {
        this.log = log;
    }

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) {
        int first = words.length > 0 && words[0].equals("log-webhook") ? 1 : 0;
        if (words.length == first + 1 && words[first].equals("retry")) {
            log.retry();
        } else if (words.length != first) {
            return Refusal.usage("log-webhook [retry]");
        }
        return table(log.url(), log.state());
    }

    private static Table table(String url, Outbox.State state) {
        Sender.State sender = state.sender();
        String trouble = state.trouble().isEmpty() ? sender.trouble() : state.trouble();
        return Table.of(
                        Column.text("url"),
                        Column.bytes("waiting"),
                        Column.number("sent"),
                        Column.number("skipped"),
                        Column.number("dropped"),
                        Column.number("failures"),
                        Column.time("next_try"),
                        Column.text("trouble"))
                .row(
                        url,
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
