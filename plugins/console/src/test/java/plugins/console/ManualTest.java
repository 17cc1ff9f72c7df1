package plugins.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.plugins.api.admin.Refusal;
import org.junit.jupiter.api.Test;

class ManualTest {

    private static final List<Help.Line> LINES = List.of(
            new Help.Line("queue list", "[FILTER] [--limit N]", "queued messages", "queue list tenant=acme --limit 20"),
            new Help.Line("queue rules", "", "suspensions and redirections in force", "queue rules"));

    @Test
    void oneVerbIsShownWholeWithItsExample() {
        String text = new Manual(LINES, false).draw(new View(false, 60, false));
        assertTrue(text.startsWith("""
                queue list [FILTER] [--limit N]
                    queued messages
                    example: queue list tenant=acme --limit 20
                queue rules
                """), text);
        String narrow = new Manual(LINES, false).draw(new View(false, 24, false));
        narrow.lines().forEach(line -> assertTrue(line.length() <= 24, line));
        assertTrue(narrow.replaceAll("\\s+", " ").contains("suspensions and redirections in force"), narrow);
    }

    @Test
    void allOfThemAreATableWhereThereIsRoom() {
        assertTrue(new Manual(LINES, true).draw(new View(false, 80, false)).startsWith("verb "));
        assertTrue(new Manual(LINES, true).draw(new View(false, 60, false)).startsWith("queue list "));
        assertTrue(Json.of(new Manual(LINES, true)).startsWith("[{\"verb\": \"queue list\""));
    }

    @Test
    void aRefusalBreaksBetweenWords() {
        String text = Answers.draw(Refusal.of("something that does not fit\nand more"), new View(true, 20, false));
        assertEquals("mta: something that\ndoes not fit\nand more\n", text);
        assertEquals("mta: as it is\n", Answers.draw(Refusal.of("as it is"), View.PLAIN));
    }
}
