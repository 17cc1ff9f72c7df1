package mta.testkit.author.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.testkit.author.project.PluginName;

/**
 * Code in a page comes from files that a test compiles and runs, so that it cannot rot:
 *
 * <pre>
 * {@literal <!-- from path/of/File.java#name -->}   the lines between "guide: name" and "guide: end" of that file
 * {@literal <!-- from path/of/file.mjs -->}         all of it
 * {@literal <!-- from path/Plugin.java as closed-boxes -->}  all of a template, as it becomes in a project of that name
 * </pre>
 *
 * The fenced block after such a line is replaced.
 *
 * @param root the source tree
 */
record Snippets(Path root) {

    private static final Pattern FROM = Pattern.compile("<!-- from ([^ #]+)(?:#([\\w-]+))?(?: as ([a-z-]+))? -->");
    private static final String FENCE = "```";

    /** The page with today's code. */
    String fill(String page) throws IOException {
        var out = new ArrayList<String>();
        List<String> lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            out.add(line);
            Matcher from = FROM.matcher(line);
            if (!from.matches()) {
                continue;
            }
            out.add(FENCE + language(from.group(1)));
            out.addAll(code(from.group(1), from.group(2)).stream()
                    .map(each -> named(each, from.group(3)))
                    .toList());
            out.add(FENCE);
            i = behindFence(lines, i);
        }
        return String.join("\n", out) + "\n";
    }

    /** Index of the last line of the block that follows, or of the line itself if there is none yet. */
    private static int behindFence(List<String> lines, int from) {
        if (from + 1 >= lines.size() || !lines.get(from + 1).startsWith(FENCE)) {
            return from;
        }
        int end = from + 2;
        while (end < lines.size() && !lines.get(end).equals(FENCE)) {
            end++;
        }
        return end;
    }

    private List<String> code(String file, String region) throws IOException {
        List<String> lines = Files.readAllLines(root.resolve(file));
        if (region == null) {
            return lines;
        }
        int begin = find(lines, 0, "guide: " + region, file);
        int end = find(lines, begin, "guide: end", file);
        List<String> code = lines.subList(begin + 1, end);
        int indent = code.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return code.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .toList();
    }

    private static String named(String line, String name) {
        return name == null ? line : PluginName.fill(line, name);
    }

    private static int find(List<String> lines, int from, String mark, String file) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().replaceFirst("^(//|#)\\s*", "").equals(mark)) {
                return i;
            }
        }
        throw new IllegalArgumentException(file + " has no line \"" + mark + "\"");
    }

    private static String language(String file) {
        String ending = file.substring(file.lastIndexOf('.') + 1);
        return switch (ending) {
            case "mjs" -> "js";
            default -> ending;
        };
    }
}
