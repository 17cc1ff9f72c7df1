package mta.testkit.author.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void everythingGeneratedIsUpToDate() throws Exception {
        for (Map.Entry<Path, String> page : Pages.all(ROOT).entrySet()) {
            assertEquals(
                    page.getValue(),
                    Files.exists(page.getKey()) ? Files.readString(page.getKey()) : "",
                    "run ./mta docs and commit " + ROOT.relativize(page.getKey()));
        }
    }

    @Test
    void everyStageSaysWhenItHappens() throws Exception {
        String page = Pages.all(ROOT).get(ROOT.resolve("docs/hooks.md"));
        for (String line : page.lines().filter(line -> line.startsWith("| `")).toList()) {
            String[] cells = line.split(" \\| ");
            assertTrue(cells.length > 2 && !cells[1].isBlank(), line);
        }
        assertTrue(page.contains("| `rcpt` | RCPT. Accept takes the recipient"), page);
        assertTrue(page.contains("`NEXT` `ACCEPT` `REFUSE` `HOLD` `DISCARD`"), page);
    }

    @Test
    void aCommentBecomesMarkdown() {
        Comment comment = Comment.parse("""
                 Takes {@code x}, see {@link mta.plugins.api.Reply#text()} and {@link #other}.

                 <p>A second
                 paragraph.

                 <pre>{@code example();}</pre>

                 @param x the
                     thing
                 @return something
                 @throws IllegalStateException if not
                """);
        assertEquals(
                "Takes `x`, see `Reply.text` and `other`.\n\nA second paragraph. Returns something. Throws"
                        + " `IllegalStateException` if not.",
                comment.text());
        assertEquals(Map.of("x", "the thing"), comment.parameters());
    }

    @Test
    void codeIsPutBehindItsLine() throws Exception {
        Files.writeString(
                folder.resolve("A.java"), "class A {\n    // guide: one\n    int x;\n\n    // guide: end\n}\n");
        Files.writeString(folder.resolve("b.mjs"), "export default {};\n");
        var snippets = new Snippets(folder);
        String page = "Text\n<!-- from A.java#one -->\n```java\nold\n```\n<!-- from b.mjs -->\nEnd\n";
        String filled = snippets.fill(page);
        assertEquals(
                "Text\n<!-- from A.java#one -->\n```java\nint x;\n\n```\n<!-- from b.mjs -->\n```js\nexport default {};\n"
                        + "```\nEnd\n",
                filled);
        assertEquals(filled, snippets.fill(filled));
        assertThrows(IllegalArgumentException.class, () -> snippets.fill("<!-- from A.java#two -->\n"));
    }
}
