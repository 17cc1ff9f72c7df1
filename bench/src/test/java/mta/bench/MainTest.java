package mta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.bench.text.Screen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String words) {
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return Main.run(List.of(words.split(" ")), new Screen(out, out, false, false));
    }

    @Test
    void everyCommandHasHelpWithAnExampleInEightyColumns() {
        assertEquals(0, run("help"));
        printed.toString(StandardCharsets.UTF_8).lines().forEach(line -> assertTrue(line.length() <= 80, line));
        var names = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.trim().split(" ")[0])
                .toList();
        assertTrue(names.containsAll(List.of("generate", "sink", "accept", "relay", "reconnect", "startup", "demo")));
        for (String name : names) {
            printed.reset();
            assertEquals(0, run(name + " --help"));
            String help = printed.toString(StandardCharsets.UTF_8);
            assertTrue(help.contains("example"), help);
            assertTrue(help.contains("  ./mta bench " + name), help);
            help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "generat, unknown benchmark 'generat'; the nearest is 'generate'",
        "generate --conections 5, unknown option --conections; the nearest is --connections",
        "generate --connections 0, --connections 0: from 1 to 60000",
        "generate --keep --new-connection-per-message, exclude each other",
        "generate --size 20, --size 20: the header alone takes",
        "generate --recipient a{x}@b, {x} is none of {n}; {r}; {d}",
        "generate --recipient <a@b>, only printable ASCII",
        "sink --offer PIPELININ, the nearest is PIPELINING",
        "sink --drop 0.6 --defer 0.6, together exceed 1",
        "accept --tool telnet, generate or smtp-source",
        "relay --home nowhere, no distribution in nowhere",
        "index --heap lots, expected a size such as 256m or 1g",
        "spool --run away, put or replay"
    })
    void wrongUsageIsExplained(String words, String explanation) {
        assertEquals(64, run(words));
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(explanation.replace(';', ',')), text);
    }
}
