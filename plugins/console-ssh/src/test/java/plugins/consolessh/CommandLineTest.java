package plugins.consolessh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void wordsAreQuotedAsForAShell() {
        assertEquals(List.of(), CommandLine.words("  "));
        assertEquals(List.of("queue", "summary", "--json"), CommandLine.words("queue  summary\t--json "));
        assertEquals(List.of("a b", "", "c'd"), CommandLine.words("'a b' \"\" c\"'\"d"));
        assertEquals(List.of("a b\\c", "\"x\""), CommandLine.words("a\\ b\\\\c \"\\\"x\\\"\""));
        assertEquals(List.of("$(id)", "`id`", "a;b|c"), CommandLine.words("$(id) `id` a;b|c"), "nothing is expanded");
        assertEquals(List.of("open quote"), CommandLine.words("'open quote"));
        assertEquals(List.of("a\\b"), CommandLine.words("'a\\b'"));
    }
}
