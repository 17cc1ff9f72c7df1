package plugins.lookupfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mta.lookup.Found;
import mta.lookup.Keys;
import mta.lookup.Question;
import mta.plugins.api.policy.DomainFor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveMapTest {

    @TempDir
    Path folder;

    private LiveMap map(String text) throws IOException {
        write(text);
        return new LiveMap("DomainFor", folder.resolve("domains"), Keys.of("DomainFor", ""), true);
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("domains"), text);
    }

    private static String role(LiveMap map, String domain) throws IOException {
        return map.ask(Question.of(new DomainFor(domain)))
                .map(found -> found.rows().getFirst().get(""))
                .orElse("none");
    }

    @Test
    void theMostSpecificKeyWins() throws IOException {
        var map = map("a.example local\n*.a.example relay\n*.b.A.example closed\n");
        assertEquals("local", role(map, "a.example"));
        assertEquals("local", role(map, "A.Example"));
        assertEquals("relay", role(map, "x.a.example"));
        assertEquals("closed", role(map, "x.b.a.example"));
        assertEquals("none", role(map, "example"));
    }

    @Test
    void aChangeIsTakenOverOnceItHasSettled() throws IOException {
        var map = map("a.example local\n");
        assertFalse(map.look());
        write("a.example relay\nb.example relay\n");
        assertFalse(map.look(), "it may still be written");
        assertEquals("local", role(map, "a.example"));
        assertTrue(map.look());
        assertEquals("relay", role(map, "a.example"));
        assertFalse(map.look());
    }

    @Test
    void aMistakeLeavesTheOldEntries() throws IOException {
        var map = map("a.example local\n");
        write("a.example loca\n");
        map.look();
        assertTrue(map.look());
        assertEquals("local", role(map, "a.example"));
        assertTrue(map.refusal().orElseThrow().contains("domains:1: a.example: one of"));
        Files.delete(folder.resolve("domains"));
        map.look();
        assertTrue(map.look());
        assertEquals("local", role(map, "a.example"));
        assertTrue(map.refusal().orElseThrow().endsWith("is not there"));
        write("a.example closed\n");
        map.look();
        assertTrue(map.look());
        assertEquals(Optional.empty(), map.refusal());
        assertEquals("closed", role(map, "a.example"));
    }

    @Test
    void whatWasNeverReadCannotBeTold() throws IOException {
        var map = new LiveMap("DomainFor", folder.resolve("none"), Keys.of("DomainFor", ""), true);
        var e = assertThrows(IOException.class, () -> role(map, "a.example"));
        assertTrue(e.getMessage().endsWith("none: is not there"));
        assertEquals(Optional.empty(), map.size());
    }

    @Test
    void caseMattersIfItIsToldTo() throws IOException {
        write("A.example local\n");
        var map = new LiveMap("DomainFor", folder.resolve("domains"), Keys.of("DomainFor", ""), false);
        assertEquals("none", role(map, "a.example"));
        assertEquals("local", role(map, "A.example"));
    }

    @Test
    void theWatcherTellsOfChanges() throws Exception {
        var map = map("a.example local\n");
        var told = new LinkedBlockingQueue<LiveMap>();
        try (var watch = new MapWatch("test", java.util.List.of(map), told::add)) {
            watch.start();
            write("a.example relay\nc.example relay\n");
            assertEquals(map, told.poll(60, TimeUnit.SECONDS));
            assertEquals("relay", role(map, "c.example"));
        }
    }

    @Test
    void aSectionIsReadAsAWhole() throws IOException {
        write("a.example local\n");
        Files.writeString(folder.resolve("t"), "sky blue\n");
        var maps = FileLookup.maps(
                folder,
                true,
                Map.of("queries.DomainFor", "domains", "queries.Table.colours", "t", "keys.Table.colours", "x-{key}"));
        assertEquals(2, maps.size());
        assertEquals("DomainFor", maps.get(0).query());
        assertEquals(folder.resolve("t"), maps.get(1).file());
        assertEquals(Optional.of(Found.text("local")), maps.get(0).ask(Question.of(new DomainFor("a.example"))));
        assertThrows(
                IllegalArgumentException.class,
                () -> FileLookup.maps(folder, true, Map.of("queries.Domain", "domains")));
    }
}
