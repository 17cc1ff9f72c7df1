package plugins.headerrules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.mail.Header;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code header-rules}. Runs on the console's thread. */
@Component(
        service = HeaderRulesCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=header-rules",
            "mta.help=header-rules list||all rules in their order|header-rules list",
            "mta.help=header-rules test|FILE|which rules a message would hit; changes nothing"
                    + "|header-rules test /tmp/message.eml"
        })
public final class HeaderRulesCommand {

    private static final String USAGE = "header-rules list, header-rules test FILE";
    private static final int LONGEST = 1 << 20;

    private final HeaderRules rules;

    @Activate
    public HeaderRulesCommand(@Reference HeaderRules rules) {
        this.rules = rules;
    }

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) throws InterruptedException {
        int first = words.length > 0 && words[0].equals("header-rules") ? 1 : 0;
        List<String> given = Arrays.asList(words).subList(first, words.length);
        if (given.equals(List.of("list"))) {
            return list();
        }
        return given.size() == 2 && given.getFirst().equals("test") ? test(given.get(1)) : Refusal.usage(USAGE);
    }

    private Table list() {
        var table = Table.of(
                Column.number("order"),
                Column.text("rule"),
                Column.text("field"),
                Column.prose("when"),
                Column.text("action"),
                Column.prose("text"));
        for (Rule rule : rules.rules().all()) {
            table.row(
                    rule.order(),
                    rule.name(),
                    rule.fields().stream().sorted().collect(Collectors.joining(", ")),
                    conditions(rule),
                    rule.action().word(),
                    rule.text().text());
        }
        return table.build();
    }

    private static String conditions(Rule rule) {
        var all = new ArrayList<String>();
        rule.matches().ifPresent(pattern -> all.add("matches " + pattern));
        rule.unless().ifPresent(pattern -> all.add("unless " + pattern));
        rule.is().ifPresent(text -> all.add("is " + text));
        if (rule.absent()) {
            all.add("absent");
        }
        if (rule.moreThan() > 0) {
            all.add("more than " + rule.moreThan());
        }
        if (rule.longerThan() > 0) {
            all.add("longer than " + rule.longerThan() + " octets");
        }
        return all.isEmpty() ? "there" : String.join(", ", all);
    }

    private Object test(String file) throws InterruptedException {
        List<Header> fields;
        try {
            Path path = Path.of(System.getProperty("mta.data", "")).resolve(file);
            fields = fields(path);
        } catch (IOException | IllegalArgumentException e) {
            return Refusal.of(file + ": " + e);
        }
        var table = Table.of(
                Column.text("rule"),
                Column.text("action"),
                Column.prose("text"),
                Column.number("n"),
                Column.text("field"));
        List<Hit> hits = rules.rules().hits(fields);
        for (Hit hit : hits) {
            table.row(
                    hit.rule().name(),
                    hit.rule().action().word(),
                    hit.rule().action() == Action.REFUSE
                            ? hit.rule().reply(hit.text()).toString()
                            : hit.text(),
                    hit.nth() + 1,
                    hit.field().map(HeaderRules::show).orElse("(absent)"));
        }
        return table.note(fields.size() + " fields, " + hits.size() + (hits.size() == 1 ? " hit" : " hits"))
                .build();
    }

    /** The header section of a file, with CRLF or LF; a line that belongs to no field ends it, as in a message. */
    private static List<Header> fields(Path path) throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(path)) {
            text = new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
        }
        var fields = new ArrayList<Header>();
        for (String line : text.replace("\r\n", "\n").split("\n(?![ \t])")) {
            String first = line.indexOf('\n') < 0 ? line : line.substring(0, line.indexOf('\n'));
            int colon = first.indexOf(':');
            if (colon < 1 || line.startsWith("\n")) {
                break;
            }
            fields.add(new Header(
                    line.substring(0, colon).stripTrailing(),
                    line.substring(colon + 1).replace("\n", "\r\n")));
        }
        return fields;
    }
}
