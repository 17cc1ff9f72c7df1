package mta.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import mta.core.config.YamlFile.Mapping;
import mta.core.config.YamlFile.Nothing;
import mta.core.config.YamlFile.Sequence;
import mta.core.config.YamlFile.Text;
import mta.core.config.YamlFile.Value;

/**
 * Reads all files of a folder against a schema. Goes on after a problem, so that one run tells all of them. For one
 * thread, and one reading.
 */
public final class Reader {

    private final Schema schema;
    private final Set<String> known;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> unread = new ArrayList<>();
    private final Map<String, Map<String, Object>> settings = new TreeMap<>();

    /** A section or an instance of one, and where it was first written. */
    private record Written(Section section, String file, Text place) {}

    private final Map<String, Written> written = new TreeMap<>();

    /** Where a key was first seen. */
    private final Map<String, String> places = new HashMap<>();

    private Map<String, Mapping> files = Map.of();

    /** Made when something is to be put in for the first time: most configurations have nothing of the kind. */
    private Optional<Words> words = Optional.empty();

    private final SettingsChecks checks = new SettingsChecks();

    private String file = "";

    private Reader(Schema schema, Set<String> known) {
        this.schema = schema;
        this.known = known;
    }

    /**
     * @param conf a folder; every {@code *.yaml} in it is read, in the order of their names
     * @param known sections that some bundle has declared before, though it may be away now
     */
    public static ConfigurationRead read(Path conf, Schema schema, Set<String> known) {
        var reader = new Reader(schema, known);
        var files = new LinkedHashMap<String, Mapping>();
        try {
            for (Path path : files(conf)) {
                YamlFile.read(path, reader.problems::add)
                        .ifPresent(top -> files.put(path.getFileName().toString(), top));
            }
        } catch (IOException e) {
            reader.problems.add(new Problem(conf.toString(), 0, "", "cannot be read: " + e));
        }
        return reader.read(files);
    }

    /** The configuration files of a folder, in order. */
    static List<Path> files(Path conf) throws IOException {
        if (!Files.isDirectory(conf)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(conf)) {
            return files.filter(path ->
                            path.toString().endsWith(".yaml") || path.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }

    /** For tests: a single file as text. */
    static ConfigurationRead read(String name, String text, Schema schema) {
        var reader = new Reader(schema, Set.of());
        var files = new LinkedHashMap<String, Mapping>();
        YamlFile.parse(name, text, reader.problems::add).ifPresent(top -> files.put(name, top));
        return reader.read(files);
    }

    private ConfigurationRead read(Map<String, Mapping> files) {
        this.files = files;
        schema.sections().values().stream()
                .filter(Section::mayBeAbsent)
                .forEach(section -> settings.put(section.pid(), new TreeMap<>()));
        try (checks) {
            files.forEach((name, top) -> {
                file = name;
                top.values().forEach(this::section);
            });
            written.forEach(this::check);
        }
        return new ConfigurationRead(settings, problems, unread);
    }

    private void section(Text name, Value value) {
        Section section = schema.sections().get(name.text());
        if (section == null && known.contains(name.text())) {
            unread.add(new Problem(file, name.line(), name.text(), "no installed plugin reads this section"));
        } else if (section == null) {
            problem(
                    name.line(),
                    name.text(),
                    "no bundle knows this section"
                            + Nearest.hint(name.text(), schema.sections().keySet()));
        } else if (value instanceof Mapping mapping) {
            if (section.several()) {
                mapping.values().forEach((instance, entries) -> instance(section, instance, entries));
            } else {
                entries(section, section.pid(), name, mapping);
            }
        } else if (!(value instanceof Nothing)) {
            problem(
                    value.line(),
                    name.text(),
                    section.several()
                            ? "holds names, and below each its settings"
                            : "holds settings, one on each line");
        } else if (!section.several()) {
            entries(section, section.pid(), name, new Mapping(Map.of(), name.line()));
        }
    }

    private void instance(Section section, Text name, Value value) {
        String path = section.name() + "." + name.text();
        if (!name.text().matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            problem(name.line(), path, "a name is letters, digits, '-', '_' and '.'");
            return;
        }
        if (seenBefore(path, name.line())) {
            return;
        }
        String pid = section.pid() + "~" + name.text();
        Text place = new Text(path, name.line());
        switch (value) {
            case Mapping mapping -> entries(section, pid, place, mapping);
            case Nothing nothing -> entries(section, pid, place, new Mapping(Map.of(), name.line()));
            case Text text -> problem(text.line(), path, "holds settings, one on each line");
            case Sequence sequence -> problem(sequence.line(), path, "holds settings, one on each line");
        }
    }

    /** @param place the path of the section or instance, and its line */
    private void entries(Section section, String pid, Text place, Mapping mapping) {
        Map<String, Object> values = settings.computeIfAbsent(pid, key -> new TreeMap<>());
        written.putIfAbsent(pid, new Written(section, file, place));
        mapping.values().forEach((key, value) -> entry(section, place.text(), "", key, value, values));
        for (Setting setting : section.settings().values()) {
            boolean there = values.containsKey(setting.key()) || places.containsKey(place.text() + "." + setting.key());
            if (setting.required() && !there) {
                problem(place.line(), place.text(), "needs '" + setting.key() + "': " + setting.text());
            }
        }
    }

    /** What the bundle has to say about the settings together; not where one of them is wrong already. */
    private void check(String pid, Written where) {
        String path = where.place.text();
        boolean wrong = problems.stream()
                .anyMatch(problem -> problem.key().equals(path) || problem.key().startsWith(path + "."));
        if (wrong || where.section.check().isEmpty()) {
            return;
        }
        checks.problem(where.section.check().get(), settings.get(pid)).ifPresent(text -> {
            int colon = text.indexOf(':');
            String key = colon < 0 ? "" : text.substring(0, colon);
            if (!where.section.find(key).isPresent()) {
                problems.add(new Problem(where.file, where.place.line(), path, text));
                return;
            }
            String place = places.getOrDefault(path + "." + key, where.file + ":" + where.place.line());
            int line = place.lastIndexOf(':');
            problems.add(new Problem(
                    place.substring(0, line),
                    Integer.parseInt(place.substring(line + 1)),
                    path + "." + key,
                    text.substring(colon + 1).strip()));
        });
    }

    /** @param prefix of the keys of a mapping within the section, with its dot */
    private void entry(
            Section section, String path, String prefix, Text word, Value value, Map<String, Object> values) {
        String key = prefix + word.text();
        Optional<Setting> setting = section.find(key);
        if (setting.isEmpty() && value instanceof Mapping mapping && hasBelow(section, key)) {
            mapping.values().forEach((inner, each) -> entry(section, path, key + ".", inner, each, values));
        } else if (setting.isEmpty()) {
            problem(word.line(), path + "." + key, "no such setting" + Nearest.hint(key, section.keys()));
        } else if (!seenBefore(path + "." + key, word.line())) {
            read(setting.get(), path + "." + key, value).ifPresent(read -> values.put(key, read));
        }
    }

    private static boolean hasBelow(Section section, String key) {
        return section.settings().values().stream()
                .anyMatch(setting -> setting.key().startsWith(key + ".")
                        || setting.open() && (setting.key() + ".").startsWith(key + "."));
    }

    private boolean seenBefore(String path, int line) {
        String before = places.putIfAbsent(path, file + ":" + line);
        if (before != null) {
            problem(line, path, "stands already in " + before);
        }
        return before != null;
    }

    private Optional<Object> read(Setting setting, String path, Value value) {
        return switch (value) {
            case Nothing nothing -> Optional.empty();
            case Text text -> one(setting, path, text).map(read -> setting.value(List.of(read)));
            case Mapping mapping -> {
                problem(mapping.line(), path, "needs " + setting.oneKind() + ", not settings of its own");
                yield Optional.empty();
            }
            case Sequence sequence -> all(setting, path, sequence);
        };
    }

    private Optional<Object> all(Setting setting, String path, Sequence sequence) {
        if (!setting.list()) {
            problem(sequence.line(), path, "needs one " + setting.kind() + ", not a list");
            return Optional.empty();
        }
        var read = new ArrayList<Object>();
        for (Value each : sequence.values()) {
            if (each instanceof Text text) {
                one(setting, path, text).ifPresent(read::add);
            } else {
                problem(each.line(), path, "needs " + setting.oneKind());
            }
        }
        return Optional.of(setting.value(read));
    }

    private Optional<Object> one(Setting setting, String path, Text text) {
        try {
            return Optional.of(setting.read(resolve(text.text())));
        } catch (IllegalArgumentException e) {
            problem(text.line(), path, e.getMessage());
            return Optional.empty();
        }
    }

    private String resolve(String text) {
        if (!text.contains("${")) {
            return text;
        }
        if (words.isEmpty()) {
            words = Optional.of(new Words(List.copyOf(files.values())));
        }
        return words.get().resolve(text);
    }

    private void problem(int line, String key, String text) {
        problems.add(new Problem(file, line, key, text));
    }
}
