package plugins.lookupfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mta.lookup.Found;
import mta.lookup.Queries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapFileTest {

    @TempDir
    Path folder;

    private Map<String, Found> read(String name, String query, String text) throws IOException, MapRefused {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return MapFile.read(file, true, Queries.blank(query));
    }

    /** What is wrong, without the folder. */
    private String refusal(String name, String query, String text) {
        String message =
                assertThrows(MapRefused.class, () -> read(name, query, text)).getMessage();
        return message.replace(folder + "/", "");
    }

    @Test
    void linesOfKeyAndValue() throws Exception {
        var map = read("aliases", "AliasFor", """
                # comment

                Sales@A.example   ann@a.example,
                    # within an entry
                    bob@a.example
                "odd one"@a.example\tann@a.example
                @b.example        ann@a.example
                nobody@a.example
                """);
        assertEquals(Found.text("ann@a.example, bob@a.example"), map.get("sales@a.example"));
        assertEquals(Found.text("ann@a.example"), map.get("\"odd one\"@a.example"));
        assertEquals(Found.text("ann@a.example"), map.get("@b.example"));
        assertEquals(Found.text(""), map.get("nobody@a.example"));
        assertEquals(4, map.size());
        assertEquals(Map.of("two words", Found.text("x y")), read("t", "Table.t", "\"two words\"  x y\n"));
    }

    @Test
    void mistakesInLinesAreNamed() {
        assertEquals(
                "domains:2: b.example: one of [relay, local, closed], not 'reley'",
                refusal("domains", "DomainFor", "a.example relay\nb.example reley\n"));
        assertEquals(
                "domains:3: A.example stands already in line 1",
                refusal("domains", "DomainFor", "a.example relay\n\nA.example local\n"));
        assertTrue(refusal("domains", "DomainFor", "  a.example relay\n").startsWith("domains:1: begins with white"));
        assertTrue(refusal("domains", "DomainFor", "\"a relay\n").startsWith("domains:1: a quotation mark"));
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path file = folder.resolve("m");
        Files.write(file, new byte[] {'a', ' ', (byte) 0xff, '\n'});
        var e = assertThrows(MapRefused.class, () -> MapFile.read(file, true, Queries.blank("Table")));
        assertEquals(file + ": is not UTF-8", e.getMessage());
        var gone = assertThrows(
                MapRefused.class, () -> MapFile.read(folder.resolve("none"), true, Queries.blank("Table")));
        assertEquals(folder.resolve("none") + ": is not there", gone.getMessage());
    }

    @Test
    void yaml() throws Exception {
        var map = read("p.yaml", "PathFor", """
                # slow ones
                slow.example: {connections: 2, rate: 10/m}
                "*.slow.example": connections=3
                """);
        assertEquals(Found.row(Map.of("connections", "2", "rate", "10/m")), map.get("slow.example"));
        assertEquals(Found.text("connections=3"), map.get("*.slow.example"));
        var aliases = read("a.yaml", "AliasFor", "sales@a.example: [ann@a.example, bob@a.example]\n");
        assertEquals(Found.texts(List.of("ann@a.example", "bob@a.example")), aliases.get("sales@a.example"));
        var queue = read("q.yml", "QueueFor", "a.example: {retry: [5m, 1h]}\n");
        assertEquals(Found.row(Map.of("retry", "5m,1h")), queue.get("a.example"));
        assertEquals(Map.of(), read("e.yaml", "QueueFor", "# nothing\n"));
    }

    @Test
    void mistakesInYamlAreNamed() {
        assertEquals(
                "d.yaml:2: b.example: one of [relay, local, closed], not 'no'",
                refusal("d.yaml", "DomainFor", "a.example: relay\nb.example: no\n"));
        assertEquals(
                "d.yaml:2: a.example stands already in line 1",
                refusal("d.yaml", "DomainFor", "a.example: relay\na.example: relay\n"));
        assertTrue(refusal("d.yaml", "DomainFor", "a: relay\nb: [\n").startsWith("d.yaml:3: not YAML"));
        assertTrue(refusal("d.yaml", "DomainFor", "- a\n").startsWith("d.yaml:1: is not a mapping"));
    }

    @Test
    void csv() throws Exception {
        var map = read("u.csv", "UserFor", """
                name,tenant,enabled
                ann@a.example,"shop, the",
                bob@a.example,,no
                """);
        assertEquals(Found.row(Map.of("tenant", "shop, the")), map.get("ann@a.example"));
        assertEquals(Found.row(Map.of("enabled", "no")), map.get("bob@a.example"));
        assertEquals(
                Map.of("a.example", Found.text("relay")), read("d.csv", "DomainFor", "domain,role\na.example,relay\n"));
    }

    @Test
    void mistakesInCsvAreNamed() {
        assertEquals(
                "u.csv:3: bob: enabled: true or false, not 'perhaps'",
                refusal("u.csv", "UserFor", "name,tenant,enabled\nann,,yes\nbob,,perhaps\n"));
        assertEquals(
                "u.csv:2: has 2 columns, the first line 3",
                refusal("u.csv", "UserFor", "name,tenant,enabled\nann,x\n"));
        assertTrue(refusal("u.csv", "UserFor", "name,tenant\n\"ann,x\n").startsWith("u.csv: not CSV"));
    }

    @Test
    void internationalDomainsAreTheSameInBothSpellings() throws Exception {
        assertEquals(
                Map.of("@xn--bcher-kva.example", Found.text("ann@a.example")),
                read("a", "AliasFor", "@B\u00fccher.example ann@a.example\n"));
    }
}
