package mta.core.config;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;

/** The console's {@code config}. Runs on the console's thread. */
public final class ConfigCommand {

    private final Settings settings;

    ConfigCommand(Settings settings) {
        this.settings = settings;
    }

    static Hashtable<String, Object> properties() {
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.command.scope", "mta");
        properties.put("osgi.command.function", new String[] {"config"});
        properties.put("mta.help", new String[] {
            "config show|[SECTION]|the settings in force, defaults included|mta config show listener",
            "config check||what is wrong with the files as they are now|mta config check",
            "config reload||reads the files now|mta config reload"
        });
        return properties;
    }

    public Object config(String[] arguments) throws IOException {
        String verb = arguments.length == 0 ? "show" : arguments[0];
        return switch (verb) {
            case "show" -> arguments.length <= 2 ? show(arguments) : usage();
            case "check" -> answer(settings.check(), "The files are right.");
            case "reload" -> answer(settings.reload(), "Reloaded.");
            default -> usage();
        };
    }

    private static Refusal usage() {
        return Refusal.usage("config show [SECTION], config check, config reload");
    }

    private static Object answer(List<Problem> problems, String good) {
        if (problems.isEmpty()) {
            return good;
        }
        return Refusal.of(
                String.join("\n", problems.stream().map(Problem::toString).toList()));
    }

    private Object show(String[] arguments) {
        List<String> names = arguments.length == 2 ? List.of(arguments[1]) : settings.names();
        var table = Table.of(
                Column.text("section"),
                Column.text("name"),
                Column.text("setting"),
                Column.text("value"),
                Column.text("from"));
        for (String name : names) {
            Section section = settings.schema().sections().get(name);
            if (section == null) {
                return Refusal.of("no section " + name + Nearest.hint(name, settings.names()));
            }
            settings.inForce(section).forEach((instance, values) -> rows(table, section, instance, values));
        }
        return table.build();
    }

    private static void rows(Table.Builder table, Section section, String instance, Map<String, Object> values) {
        for (Setting setting : section.settings().values()) {
            if (!setting.open() && !values.containsKey(setting.key())) {
                table.row(section.name(), instance, setting.key(), String.join(", ", setting.defaults()), "default");
            }
        }
        values.forEach((key, value) -> table.row(section.name(), instance, key, text(key, value), "conf"));
    }

    /** Whoever can read the console need not be whoever may know the secrets. */
    private static String text(String key, Object value) {
        String lower = key.toLowerCase(java.util.Locale.ROOT);
        if (lower.endsWith("password") || lower.endsWith("secret") || lower.endsWith("token")) {
            return "***";
        }
        if (!value.getClass().isArray()) {
            return value.toString();
        }
        var words = new ArrayList<String>();
        for (int i = 0; i < Array.getLength(value); i++) {
            words.add(String.valueOf(Array.get(value, i)));
        }
        return String.join(", ", words);
    }
}
