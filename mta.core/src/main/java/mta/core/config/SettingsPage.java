package mta.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes {@code docs/settings.md} from the Metatype of the distribution's bundles: {@code SettingsPage FILE}, with
 * {@code -Dmta.home}.
 */
public final class SettingsPage {

    private static final String HEAD = """
            # Settings

            Generated from the bundles (`./mta docs`); do not edit.

            Settings live in the files `conf/*.yaml` of an instance. Each top-level key is a section below; a section may be
            spread over files, a key may stand only once. A change is taken over while the node runs, all of it or, if
            anything in it is wrong, nothing. `./mta check-config` says what is wrong, by file and line.

            - *duration*: `250ms`, `30s`, `5m`, `4h`, `5d`, `1w`, and sums such as `1h30m`.
            - *size*: bytes, or `64KiB`, `10MiB`, `2GiB`.
            - *endpoint*: `127.0.0.1:25`, `[::1]:25`, `:25` for all addresses, `unix:/run/x.sock`.
            - *list*: `[a, b]`, or one value alone.
            - `${env:NAME}` stands for a variable of the environment, `${file:UTF-8:/path}` for what a file holds,
              `${section.key}` for another setting.
            """;

    private SettingsPage() {}

    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(System.getProperty("mta.home", "."));
        Files.writeString(Path.of(arguments[0]), text(Schema.read(Schema.jars(home, home))));
    }

    public static String text(Schema schema) {
        var page = new StringBuilder(HEAD);
        for (Section section : schema.sections().values()) {
            page.append("\n## ").append(section.name()).append("\n\n");
            if (!section.description().isEmpty()) {
                page.append(section.description()).append("\n\n");
            }
            if (section.several()) {
                page.append("Any number of them, each with a name: `")
                        .append(section.name())
                        .append(": {NAME: {...}}`.\n\n");
            }
            page.append("| setting | kind | default | what it is |\n|---|---|---|---|\n");
            section.settings().values().forEach(setting -> page.append(row(setting)));
        }
        return page.toString();
    }

    private static String row(Setting setting) {
        String key = "`" + setting.key() + (setting.open() ? ".*" : "") + "`";
        return "| " + key + " | " + kind(setting) + " | " + byDefault(setting) + " | " + cell(setting.text()) + " |\n";
    }

    private static String kind(Setting setting) {
        String kind = setting.options().isEmpty()
                ? setting.kind()
                : (setting.list() ? "list of " : "") + "`" + String.join("`, `", setting.options()) + "`";
        return setting.min().isPresent() || setting.max().isPresent() ? kind + ", " + setting.range() : kind;
    }

    private static String byDefault(Setting setting) {
        List<String> defaults =
                setting.defaults().stream().filter(text -> !text.isEmpty()).toList();
        if (defaults.isEmpty()) {
            return setting.required() ? "*required*" : "";
        }
        return "`" + cell(String.join(", ", defaults)) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }
}
