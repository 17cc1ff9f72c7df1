package plugins.greylist;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.AdminAction;
import mta.plugins.api.log.Records;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code greylist}. Runs on the console's thread. */
@Component(
        service = GreylistCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=greylist",
            "mta.help=greylist summary||how many wait, have passed, are known|greylist summary",
            "mta.help=greylist list|[WORD]|who waits and who has passed; of a network, address or domain"
                    + "|greylist list example.org",
            "mta.help=greylist clients||clients that delivered, and how often|greylist clients",
            "mta.help=greylist forget|WORD|lets those of a network, address or domain, or a client, begin anew"
                    + "|greylist forget 192.0.2.0/24"
        })
public final class GreylistCommand {

    private static final String USAGE = "greylist summary, list [WORD], clients, forget WORD";
    private static final int SHOWN = 200;

    private final Greylist greylist;
    private final Records records;

    @Activate
    public GreylistCommand(@Reference Greylist greylist, @Reference Records records) {
        this.greylist = greylist;
        this.records = records;
    }

    public Object greylist(String[] words) {
        List<String> given = Arrays.asList(words);
        String verb = given.isEmpty() ? "" : given.getFirst();
        return switch (verb + " " + Math.max(0, given.size() - 1)) {
            case "summary 0" -> summary();
            case "list 0" -> list("");
            case "list 1" -> list(given.get(1));
            case "clients 0" -> clients();
            case "forget 1" -> forget(given.get(1));
            default -> Refusal.usage(USAGE);
        };
    }

    private Table summary() {
        Register.Counts counts = greylist.register().counts();
        return Table.of(
                        Column.number("waiting"),
                        Column.number("passed"),
                        Column.number("clients"),
                        Column.number("clients_known"),
                        Column.text("file"),
                        Column.prose("trouble"))
                .row(
                        counts.waiting(),
                        counts.passed(),
                        counts.clients(),
                        greylist.register().knownClients(),
                        greylist.file().toString(),
                        greylist.trouble().orElse(""))
                .build();
    }

    private Table list(String word) {
        var table = Table.of(
                Column.text("state"),
                Column.text("network"),
                Column.text("sender"),
                Column.text("recipient"),
                Column.time("first"),
                Column.time("last"));
        List<Register.Seen> all = greylist.register().triplets(word.toLowerCase(java.util.Locale.ROOT), SHOWN + 1);
        for (Register.Seen seen : all.subList(0, Math.min(SHOWN, all.size()))) {
            Triplet triplet = seen.triplet();
            table.row(
                    seen.passed() ? "passed" : "waiting",
                    triplet.network(),
                    triplet.sender(),
                    triplet.recipient(),
                    seen.first(),
                    seen.last());
        }
        return all.size() > SHOWN
                ? table.note("more than " + SHOWN + "; name a domain").build()
                : table.build();
    }

    private Table clients() {
        var table = Table.of(Column.text("client"), Column.number("deliveries"), Column.time("last"));
        for (Register.Delivered client : greylist.register().clients(SHOWN)) {
            table.row(client.client(), client.deliveries(), client.last());
        }
        return table.build();
    }

    private Object forget(String word) {
        long count = greylist.register().forget(word.toLowerCase(java.util.Locale.ROOT));
        if (count == 0) {
            return Refusal.of("nothing is known of " + word + "; greylist list shows what is");
        }
        records.emit(new AdminAction(Instant.now(), Operator.current().name(), "greylist forget", word, count));
        return count + " forgotten";
    }
}
