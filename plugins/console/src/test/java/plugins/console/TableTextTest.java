package plugins.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Table;
import org.junit.jupiter.api.Test;

class TableTextTest {

    private static final Table QUEUES = Table.of(
                    Column.text("queue"), Column.number("messages"), Column.bytes("size"), Column.duration("oldest"))
            .row("example.org", 1204, 12_900_000L, Duration.ofMinutes(125))
            .row("a-very-long-destination.example.net", 3, 0, Table.NONE)
            .note("2 of 2")
            .build();

    @Test
    void columnsAreAlignedByTheirKind() {
        assertEquals("""
                queue                                messages      size  oldest
                example.org                              1204  12.3 MiB   2h05m
                a-very-long-destination.example.net         3       0 B
                2 of 2
                """, TableText.draw(QUEUES, View.PLAIN));
    }

    @Test
    void aNarrowTerminalCutsTextAndNeverNumbers() {
        String drawn = TableText.draw(QUEUES, new View(true, 40, false));
        for (String line : drawn.replaceAll("\033\\[[0-9]m", "").split("\n")) {
            assertTrue(line.length() <= 40, line);
        }
        assertTrue(drawn.contains("1,204"));
        assertTrue(drawn.contains("a-very-long…"), drawn);
    }

    @Test
    void proseIsWrappedAndNothingOfItIsLost() {
        Table table = Table.of(Column.text("verb"), Column.prose("does"), Column.prose("example"))
                .row("queue", "what waits, by size and by destination", "queue summary")
                .row("x", "a-word-that-is-wider-than-its-column-can-be", "x")
                .build();
        assertEquals("""
                verb   does              example
                queue  what waits, by    queue summary
                       size and by
                       destination
                x      a-word-that-is-w  x
                       ider-than-its-co
                       lumn-can-be
                """, TableText.draw(table, new View(false, 38, false)));
    }

    @Test
    void colourIsForTerminals() {
        assertFalse(TableText.draw(QUEUES, View.PLAIN).contains("\033"));
        assertTrue(TableText.draw(QUEUES, new View(true, 0, false)).startsWith("\033[1m"));
    }

    @Test
    void whatStrangersWroteCannotSteerTheTerminal() {
        Table table = Table.of(Column.text("reply")).row("550 \033[2Jgone\r\n").build();
        assertEquals("reply\n550 \\x1b[2Jgone\\x0d\\x0a\n", TableText.draw(table, View.PLAIN));
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        Table table = Table.of(Column.text("a"), Column.text("b"))
                .row("日本", "x")
                .row("ab", "y")
                .build();
        assertEquals("a     b\n日本  x\nab    y\n", TableText.draw(table, View.PLAIN));
    }

    @Test
    void durations() {
        assertEquals("3d04h", Cells.duration(Duration.ofHours(76)));
        assertEquals("3m20s", Cells.duration(Duration.ofSeconds(200)));
        assertEquals("1.5s", Cells.duration(Duration.ofMillis(1500)));
        assertEquals("0ms", Cells.duration(Duration.ZERO));
        assertEquals("-5.0s", Cells.duration(Duration.ofSeconds(-5)));
    }

    @Test
    void json() {
        Table table = Table.of(Column.text("id"), Column.number("n"), Column.time("at"), Column.duration("age"))
                .row("a\"b\n", 1.5, Instant.EPOCH, Duration.ofMillis(2500))
                .row("\ud800", Table.NONE, Table.NONE, Duration.ofSeconds(3))
                .build();
        assertEquals("""
                [{"id": "a\\"b\\n", "n": 1.5, "at": "1970-01-01T00:00:00Z", "age": 2.5},
                 {"id": "\\ud800", "n": null, "at": null, "age": 3}]
                """, Json.of(table));
    }
}
