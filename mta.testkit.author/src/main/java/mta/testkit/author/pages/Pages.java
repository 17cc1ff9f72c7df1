package mta.testkit.author.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.policy.Query;

/**
 * Writes what is generated from the plugin API: {@code Pages ROOT}, with the source tree. A program of its own, on the main
 * thread.
 */
public final class Pages {

    private static final String SOURCES = "mta.plugins.api/src/main/java";

    private Pages() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        for (Map.Entry<Path, String> page : all(root).entrySet()) {
            Files.writeString(page.getKey(), page.getValue());
        }
    }

    /** Every generated file with what it should hold. */
    static Map<Path, String> all(Path root) throws IOException {
        var pages = new LinkedHashMap<Path, String>();
        ApiSource source = ApiSource.read(root.resolve(SOURCES));
        pages.put(root.resolve("docs/hooks.md"), new HooksPage(source).text(queries(root)));
        pages.put(
                root.resolve("plugins/script/src/main/resources/plugins/script/tool/api-comments.properties"),
                comments(source));
        for (String name : List.of("docs/plugin-guide.md", "docs/porting.md")) {
            Path page = root.resolve(name);
            pages.put(page, new Snippets(root).fill(Files.readString(page)));
        }
        return pages;
    }

    /** The texts that {@code mta.d.ts} shows to authors of scripts. */
    private static String comments(ApiSource source) {
        var lines = new StringBuilder("# Generated from the comments of the plugin API (./mta docs); do not edit.\n");
        source.comments().forEach((name, comment) -> {
            String parameters = comment.parameters().entrySet().stream()
                    .filter(parameter -> !parameter.getValue().isEmpty())
                    .map(parameter -> "\n@param " + parameter.getKey() + " " + parameter.getValue())
                    .collect(Collectors.joining());
            String text = (comment.text() + parameters).strip();
            if (!text.isEmpty()) {
                lines.append(name).append('=').append(escape(text)).append('\n');
            }
        });
        return lines.toString();
    }

    private static String escape(String text) {
        var out = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> out.append(c > 126 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return out.toString();
    }

    private static List<Class<? extends Query<?>>> queries(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(SOURCES + "/mta/plugins/api/policy"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.contains("-"))
                    .sorted()
                    .map(name -> query(name.substring(0, name.length() - ".java".length())))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    @SuppressWarnings("unchecked") // that it is a query is asked first
    private static Optional<Class<? extends Query<?>>> query(String name) {
        try {
            Class<?> type = Class.forName("mta.plugins.api.policy." + name);
            return type.isRecord() && Query.class.isAssignableFrom(type)
                    ? Optional.of((Class<? extends Query<?>>) type)
                    : Optional.empty();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
