package mta.bench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void jsonIsWrittenOnOneLine() {
        var map = new LinkedHashMap<String, Object>();
        map.put("rate", 1234.56789);
        map.put("whole", 3.0);
        map.put("none", Double.NaN);
        map.put("count", 7L);
        map.put("text", "a \"b\"\\\n");
        map.put("list", List.of(true, Map.of()));
        assertEquals(
                "{\"rate\":1234.568,\"whole\":3,\"none\":null,\"count\":7,\"text\":\"a \\\"b\\\"\\\\\\u000a\","
                        + "\"list\":[true,{}]}",
                Json.of(map));
        assertEquals(7, Json.number(Json.of(map), "count"));
        assertEquals(0, Json.number(Json.of(map), "missing"));
    }

    @Test
    void tablesAlignFiguresToTheRight() {
        var table = new Table().row("what", "n").row("a", "1,000").row("longer", "7");
        assertEquals("""
                what        n
                -------------
                a       1,000
                longer      7
                """, table.text());
        assertEquals("| what | n |\n|---|---|\n| a | 1,000 |\n| longer | 7 |\n", table.markdown());
    }

    @Test
    void withoutATerminalNothingMovesAndNothingIsColoured() {
        var bytes = new ByteArrayOutputStream();
        var screen = new Screen(new PrintStream(bytes), new PrintStream(bytes), false, false);
        screen.progress("sending", 0.5, "now");
        screen.title("title");
        screen.print(screen.good("good"));
        assertEquals("title\ngood\n", bytes.toString());
    }

    @Test
    void onATerminalTheProgressLineIsRemovedBeforeText() {
        var bytes = new ByteArrayOutputStream();
        var screen = new Screen(new PrintStream(bytes), new PrintStream(bytes), true, true);
        screen.progress("sending", 0.5, "half");
        assertTrue(bytes.toString().contains("[##############..............]  50% half"));
        screen.print("done");
        assertTrue(bytes.toString().endsWith("\r\u001b[Kdone\n"));
        assertFalse(bytes.toString().contains("\n\r"));
    }
}
