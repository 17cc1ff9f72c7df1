package mta.testkit.author.pages;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A comment of the API as Markdown.
 *
 * @param text paragraphs, separated by an empty line; examples are left out
 * @param parameters what is said about each, also about the components of a record
 */
record Comment(String text, Map<String, String> parameters) {

    private static final Pattern TAG = Pattern.compile("(?m)^\\s*@(param|return|throws|see|since)\\b");
    private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)}");
    private static final Pattern LINK = Pattern.compile("\\{@link(?:plain)? ([\\w.]*)(?:#(\\w+))?(?:\\([^)]*\\))?}");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>.*?</pre>");

    /** @param raw as the compiler hands it over: without the stars */
    static Comment parse(String raw) {
        String withoutExamples = EXAMPLE.matcher(raw).replaceAll("");
        Matcher tag = TAG.matcher(withoutExamples);
        int end = tag.find() ? tag.start() : withoutExamples.length();
        var parameters = new LinkedHashMap<String, String>();
        var said = new StringBuilder(markdown(withoutExamples.substring(0, end)));
        for (int at = end; at < withoutExamples.length(); ) {
            int next = tag.find() ? tag.start() : withoutExamples.length();
            String[] words = withoutExamples.substring(at, next).strip().split("\\s+", 3);
            String rest = markdown(words.length < 3 ? "" : words[2]);
            switch (words[0]) {
                case "@param" -> parameters.put(words[1], rest);
                case "@return" ->
                    said.append(said.isEmpty() ? "" : " ")
                            .append("Returns ")
                            .append(markdown(words[1] + " " + rest).strip())
                            .append('.');
                case "@throws" ->
                    said.append(said.isEmpty() ? "" : " ")
                            .append("Throws `")
                            .append(words[1])
                            .append("` ")
                            .append(rest)
                            .append('.');
                default -> {
                    // for readers of the source
                }
            }
            at = next;
        }
        return new Comment(said.toString().replace("..", ".").strip(), parameters);
    }

    /** The first paragraph. */
    String first() {
        int end = text.indexOf("\n\n");
        return end < 0 ? text : text.substring(0, end);
    }

    private static String markdown(String javadoc) {
        String text = CODE.matcher(javadoc).replaceAll(found -> Matcher.quoteReplacement("`" + found.group(1) + "`"));
        text = LINK.matcher(text).replaceAll(found -> Matcher.quoteReplacement("`" + link(found) + "`"));
        var paragraphs = new StringBuilder();
        for (String paragraph : text.split("\\s*<p>\\s*|\\n\\s*\\n")) {
            String line = paragraph.strip().replaceAll("\\s+", " ");
            if (!line.isEmpty()) {
                paragraphs.append(paragraphs.isEmpty() ? "" : "\n\n").append(line);
            }
        }
        return paragraphs.toString();
    }

    private static String link(MatchResult found) {
        String type = found.group(1).substring(found.group(1).lastIndexOf('.') + 1);
        String member = found.group(2) == null ? "" : found.group(2);
        return type.isEmpty() || member.isEmpty() ? type + member : type + "." + member;
    }
}
