package mta.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live reload, against a Configuration Admin of our own. */
class SettingsTest {

    @TempDir
    Path instance;

    private final MapAdmin admin = new MapAdmin();
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private Settings settings;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(instance.resolve("conf"));
        Files.createDirectories(instance.resolve("deploy"));
        jar(instance.resolve("system/20/core.jar"), ReaderTest.METATYPE);
        settings = new Settings(admin, instance, instance, records::add);
    }

    @AfterEach
    void stop() {
        settings.close();
    }

    private static void jar(Path path, String metatype) throws IOException {
        Files.createDirectories(path.getParent());
        Path fresh = path.resolveSibling("fresh");
        try (var jar = new ZipOutputStream(Files.newOutputStream(fresh))) {
            jar.putNextEntry(new ZipEntry("OSGI-INF/metatype/x.xml"));
            jar.write(metatype.getBytes(StandardCharsets.UTF_8));
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(instance.resolve("conf").resolve(name), text);
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        Instant limit = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(limit)) {
                throw new AssertionError("did not come about: " + what);
            }
            Thread.sleep(10);
        }
    }

    @Test
    void singleSectionsAreThereEvenWhenNothingIsWritten() throws Exception {
        assertEquals(List.of(), settings.start());
        assertEquals(Set.of("mta.node"), admin.all().keySet());
    }

    @Test
    void aWrongConfigurationHandsOverNothing() throws Exception {
        write("a.yaml", "node: {hostname: x}\nlistener: {mx: {}}\n");
        assertEquals(1, settings.start().size());
        assertEquals(Set.of(), admin.all().keySet());
    }

    @Test
    void aChangeIsTakenOverAsAWhole() throws Exception {
        write("a.yaml", "node: {hostname: x}\nlistener: {mx: {endpoint: ':25'}, sub: {endpoint: ':587'}}\n");
        settings.start();
        settings.watch();
        assertEquals(":587", admin.value("mta.listener~sub", "endpoint"));
        int before = admin.updates();

        write("a.yaml", "node: {hostname: y}\nlistener: {mx: {endpoint: ':25'}, lmtp: {endpoint: ':24'}}\n");
        until("the new listener is there", () -> ":24".equals(admin.value("mta.listener~lmtp", "endpoint")));
        until("the record is there", () -> !records.isEmpty());
        assertEquals(
                Set.of("mta.node", "mta.listener~mx", "mta.listener~lmtp"),
                admin.all().keySet());
        assertEquals("y", admin.value("mta.node", "hostname"));
        assertEquals(before + 2, admin.updates(), "what stayed the same is left alone");
        assertEquals("ConfigurationChanged", records.getFirst().kind());
    }

    @Test
    void aWrongFileKeepsTheOldSettingsUntilItIsRight() throws Exception {
        write("a.yaml", "node: {hostname: x}\n");
        settings.start();
        settings.watch();
        write("a.yaml", "node: {hostname: y, stopTimeout: long}\n");
        until("the refusal is recorded", () -> records.size() == 1);
        assertEquals("ConfigurationRefused", records.getFirst().kind());
        assertTrue(records.getFirst().toString().contains("a.yaml:1: node.stopTimeout"), records.toString());
        assertEquals("x", admin.value("mta.node", "hostname"));
        write("a.yaml", "node: {hostname: yy}\n");
        until("the right one is taken", () -> "yy".equals(admin.value("mta.node", "hostname")));
    }

    @Test
    void filesThatVanishTakeNothingAway() throws Exception {
        write("a.yaml", "node: {hostname: x}\nlistener: {mx: {endpoint: ':25'}}\n");
        settings.start();
        Files.delete(instance.resolve("conf/a.yaml"));
        assertEquals(1, settings.reload().size());
        assertEquals(":25", admin.value("mta.listener~mx", "endpoint"));
    }

    @Test
    void aBundleThatIsDroppedInBringsItsSection() throws Exception {
        write("a.yaml", "node: {hostname: x}\n");
        settings.start();
        settings.watch();
        write("b.yaml", "greylist: {hostname: z}\n");
        until("the section is not known yet", () -> records.size() == 1);
        String metatype =
                ReaderTest.METATYPE.replace("mta.node", "mta.greylist").replace("mta.listener", "mta.other");
        jar(instance.resolve("deploy/greylist.jar"), metatype);
        until("its section is handed over", () -> "z".equals(admin.value("mta.greylist", "hostname")));
    }

    @Test
    void theSectionOfAPluginThatHasGoneIsIgnoredAndComesBackWithIt() throws Exception {
        Path plugin = instance.resolve("deploy/greylist.jar");
        String metatype =
                ReaderTest.METATYPE.replace("mta.node", "mta.greylist").replace("mta.listener", "mta.other");
        jar(plugin, metatype);
        write("a.yaml", "node: {hostname: x}\ngreylist: {hostname: z}\nother: {a: {endpoint: ':1'}}\n");
        assertEquals(List.of(), settings.start());
        assertEquals("z", admin.value("mta.greylist", "hostname"));
        assertEquals(":1", admin.value("mta.other~a", "endpoint"));

        Files.delete(plugin);
        assertEquals(List.of(), settings.reload());
        assertEquals(Set.of("mta.node"), admin.all().keySet());
        List<String> unread = records.stream()
                .filter(record -> record.kind().equals("ConfigurationUnread"))
                .map(LogRecord::toString)
                .toList();
        assertEquals(2, unread.size(), records.toString());
        assertTrue(unread.getFirst().contains("a.yaml:2"), unread.toString());
        write("a.yaml", "node: {hostname: y}\ngreylist: {hostname: z}\ngreylost: {}\n");
        assertEquals(
                "a.yaml:3: greylost: no bundle knows this section",
                settings.reload().getFirst().toString());

        // Also after a start, and without a node.
        write("a.yaml", "node: {hostname: y}\ngreylist: {hostname: z}\n");
        var next = new Settings(admin, instance, instance, records::add);
        assertEquals(List.of(), next.start());
        assertEquals("y", admin.value("mta.node", "hostname"));
        jar(plugin, metatype);
        assertEquals(List.of(), next.reload());
        assertEquals("z", admin.value("mta.greylist", "hostname"));
    }

    @Test
    void whatNoFileSaysAnyMoreIsForgotten() throws Exception {
        Path plugin = instance.resolve("deploy/greylist.jar");
        jar(plugin, ReaderTest.METATYPE.replace("mta.node", "mta.greylist").replace("mta.listener", "mta.other"));
        write("a.yaml", "greylist: {hostname: z}\nother: {a: {endpoint: ':1'}}\n");
        assertEquals(List.of(), settings.start());
        Files.delete(plugin);
        write("a.yaml", "greylist: {hostname: z}\n");
        assertEquals(List.of(), settings.reload());
        write("a.yaml", "greylist: {hostname: z}\nother: {}\n");
        assertEquals(1, settings.reload().size());
    }

    @Test
    void theNextStartKnowsTheSectionsWithoutTheirXml() throws Exception {
        settings.start();
        Schema read = settings.schema();
        Path cache = instance.resolve("var/schema");
        assertTrue(Files.exists(cache));
        var next = new Settings(admin, instance, instance, records::add);
        next.start();
        assertEquals(read, next.schema());
        Files.writeString(cache, "rubbish");
        var after = new Settings(admin, instance, instance, records::add);
        after.start();
        assertEquals(read, after.schema());
    }

    @Test
    void theConsoleShowsWhatIsInForce() throws Exception {
        write("a.yaml", "node: {hostname: x}\nlistener: {mx: {endpoint: ':25'}}\n");
        settings.start();
        var command = new ConfigCommand(settings);
        var table = assertInstanceOf(Table.class, command.config(new String[] {"show", "node"}));
        assertTrue(table.rows().contains(List.of("node", "", "hostname", "x", "conf")), table.toString());
        assertTrue(table.rows().contains(List.of("node", "", "stopTimeout", "30s", "default")), table.toString());
        assertInstanceOf(Table.class, command.config(new String[0]));
        assertTrue(assertInstanceOf(Refusal.class, command.config(new String[] {"show", "nod"}))
                .reason()
                .contains("did you mean 'node'"));
        assertEquals("The files are right.", command.config(new String[] {"check"}));
        write("a.yaml", "nod: {}\n");
        assertInstanceOf(Refusal.class, command.config(new String[] {"check"}));
        assertInstanceOf(Refusal.class, command.config(new String[] {"reload"}));
        assertEquals(
                Refusal.USAGE,
                assertInstanceOf(Refusal.class, command.config(new String[] {"x"}))
                        .status());
    }
}
