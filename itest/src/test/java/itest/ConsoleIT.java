package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The console of a node as a process: who may use it, and what it says. */
public class ConsoleIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    @Test
    public void theSocketIsForItsOwnerOnlyAndVerbsAreWhole() throws Exception {
        try (NodeProcess node = new NodeProcess(folder.newFolder("node").toPath(), "smtp: {}\n").start()) {
            Path var = node.data().resolve("var");
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(var)));
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(var.resolve("mta.sock"))));
            assertFalse("no SSH unless it is configured", Files.exists(var.resolve("ssh_host_key")));
            String narrow = node.askWide(80, "verbs");
            assertFalse(narrow, narrow.contains("…"));
            narrow.lines().forEach(line -> assertTrue(line, line.length() <= 80));
            String json = node.ask("verbs", "--json");
            for (String verb : List.of("verbs", "queue summary", "script list", "lb", "scr:list", "scr:info", "log")) {
                assertTrue(verb, json.contains("{\"verb\": \"" + verb + "\""));
                String help = node.ask(words(verb.split(" ")[0], "--help"));
                assertTrue(help, help.contains(verb));
            }
            for (String verb :
                    List.of("plan", "hooks", "script list", "lb", "scr:list", "log error", "queue summary")) {
                String answer = node.ask(words(verb + " --json"));
                assertTrue(verb + ": " + answer, answer.matches("(?s)\\s*[\\[{\"].*|null\\s*"));
            }
            assertTrue(node.ask("lb").contains("plugins.console"));
            assertTrue(node.ask("scr:info", "plugins.console.ControlSocket").contains("plugins.console"));
        }
    }

    private static String[] words(String... words) {
        return String.join(" ", words).split(" ");
    }
}
