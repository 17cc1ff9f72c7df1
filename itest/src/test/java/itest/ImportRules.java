package itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of cnf/import-rules, applied. */
final class ImportRules {

    private final Map<String, List<String>> rules = new LinkedHashMap<>();

    static ImportRules read(Path file) throws IOException {
        ImportRules result = new ImportRules();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(":", 2);
            result.rules.put(
                    parts[0].strip(),
                    parts[1].isBlank()
                            ? List.of()
                            : Arrays.asList(parts[1].strip().split("\\s+")));
        }
        return result;
    }

    /** What is wrong with these imports, empty if nothing. */
    List<String> violations(String bundle, Iterable<String> packages) {
        List<String> patterns = rules.entrySet().stream()
                .filter(rule -> fits(rule.getKey(), bundle))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        if (patterns == null) {
            return List.of("no line of cnf/import-rules is about " + bundle);
        }
        List<String> wrong = new ArrayList<>();
        for (String name : packages) {
            if (!fits(bundle + ".*", name) && !allowed(patterns, name)) {
                wrong.add(bundle + " may not import " + name);
            }
        }
        return wrong;
    }

    private static boolean allowed(List<String> patterns, String name) {
        for (String pattern : patterns) {
            boolean denies = pattern.startsWith("!");
            if (fits(denies ? pattern.substring(1) : pattern, name)) {
                return !denies;
            }
        }
        return false;
    }

    private static boolean fits(String pattern, String name) {
        if (pattern.equals("*")) {
            return true;
        }
        if (!pattern.endsWith(".*")) {
            return pattern.equals(name);
        }
        String stem = pattern.substring(0, pattern.length() - 2);
        return name.equals(stem) || name.startsWith(stem + ".");
    }
}
