package plugins.dsn;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.mail.Recipient.Notify;

/**
 * The words for people. A template is a Subject line, an empty line, and a text in which <code>{word}</code> stands
 * for a value and the lines between <code>{each}</code> and <code>{end}</code> are repeated for each recipient. A
 * line whose value is empty is left out. Read once, when the settings are.
 */
record Texts(Map<Notify, Template> templates, Properties reasons) {

    private static final Pattern WORD = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final int WIDTH = 76;

    record Template(String subject, String before, String each, String after) {}

    /**
     * @param what what happened
     * @param advice what the reader can do about it, or the empty string
     */
    record Reason(String what, String advice) {}

    static Texts load(Optional<Path> folder) throws IOException {
        var templates = new HashMap<Notify, Template>();
        for (Notify kind : List.of(Notify.FAILURE, Notify.DELAY, Notify.SUCCESS)) {
            String name = kind.name().toLowerCase(Locale.ROOT) + ".txt";
            templates.put(kind, parse(name, read(folder, name)));
        }
        var reasons = new Properties();
        reasons.load(new StringReader(read(folder, "reasons.properties")));
        return new Texts(Map.copyOf(templates), reasons);
    }

    private static String read(Optional<Path> folder, String name) throws IOException {
        if (folder.isPresent()) {
            if (!Files.isDirectory(folder.get())) {
                throw new IllegalArgumentException("templates: no such folder: " + folder.get());
            }
            if (Files.exists(folder.get().resolve(name))) {
                return Files.readString(folder.get().resolve(name));
            }
        }
        try (InputStream in = Texts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Template parse(String name, String text) {
        String lines = text.replace("\r\n", "\n");
        int head = lines.indexOf("\n\n");
        int each = lines.indexOf("\n{each}\n");
        int end = lines.indexOf("\n{end}\n");
        if (!lines.startsWith("Subject: ") || head < 0 || each < head || end < each) {
            throw new IllegalArgumentException("templates: " + name
                    + " needs a Subject line, an empty line, and {each} and {end} on lines of their own");
        }
        return new Template(
                lines.substring("Subject: ".length(), head).strip(),
                lines.substring(head + 2, each + 1),
                lines.substring(each + "\n{each}\n".length(), end + 1),
                lines.substring(end + "\n{end}\n".length()));
    }

    /** The text as lines with line feeds. */
    String text(Notify kind, Map<String, String> values, List<Map<String, String>> recipients) {
        Template template = templates.get(kind);
        var out = new StringBuilder(fill(template.before, values));
        recipients.forEach(each -> out.append(fill(template.each, each)));
        return out.append(fill(template.after, values)).toString();
    }

    String subject(Notify kind) {
        return templates.get(kind).subject;
    }

    /** By subject and detail of the code, by its subject, or the default. */
    Reason reason(EnhancedCode code) {
        String text = reasons.getProperty(
                code.subject() + "." + code.detail(),
                reasons.getProperty(code.subject() + "", reasons.getProperty("default", "")));
        int bar = text.indexOf('|');
        return bar < 0
                ? new Reason(text.strip(), "")
                : new Reason(
                        text.substring(0, bar).strip(), text.substring(bar + 1).strip());
    }

    /** In one pass: what strangers have written is not looked at for words again. */
    private static String fill(String template, Map<String, String> values) {
        var out = new StringBuilder();
        template.lines().forEach(line -> {
            boolean empty = WORD.matcher(line)
                    .results()
                    .anyMatch(word -> value(values, word.group(1)).isEmpty());
            if (!empty) {
                String filled =
                        WORD.matcher(line).replaceAll(word -> Matcher.quoteReplacement(value(values, word.group(1))));
                wrap(out, filled);
            }
        });
        return out.toString();
    }

    private static String value(Map<String, String> values, String word) {
        return values.getOrDefault(word, "{" + word + "}");
    }

    /** At spaces; what goes on is indented two more than the line was. */
    private static void wrap(StringBuilder out, String line) {
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        String rest = line;
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            if (space <= indent + 2) {
                space = rest.indexOf(' ', WIDTH);
            }
            if (space < 0) {
                break;
            }
            out.append(rest, 0, space).append('\n');
            rest = " ".repeat(indent == 0 ? 0 : indent + 2) + rest.substring(space + 1);
        }
        out.append(rest.stripTrailing()).append('\n');
    }
}
