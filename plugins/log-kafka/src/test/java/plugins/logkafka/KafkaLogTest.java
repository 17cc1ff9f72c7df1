package plugins.logkafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.logkafka.Rig.await;
import static plugins.logkafka.Rig.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import java.util.HashMap;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without any broker. */
class KafkaLogTest {

    private static final String NOBODY = "127.0.0.1:1";

    @TempDir
    Path directory;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory.resolve("journal"));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void withoutBrokersItDoesNothing() {
        var plugin = rig.plugin("");
        assertEquals(
                "log-kafka: no brokers are set",
                assertThrows(IOException.class, () -> plugin.write(records(0, 1)))
                        .getMessage());
        plugin.selftest();
        plugin.retry();
        plugin.stop();
        assertFalse(Files.exists(directory.resolve("journal")));
    }

    @Test
    void whileNobodyIsThereRecordsWaitAndItIsSaidWhy() throws Exception {
        var plugin = rig.plugin(NOBODY, "timeout", "1s");
        plugin.write(records(0, 10));
        await("a failure", () -> plugin.state().sender().failures() > 1);
        assertTrue(plugin.state().backlog() > 0);
        String trouble = plugin.state().sender().trouble();
        assertTrue(trouble.contains("mta-records not present in metadata"), trouble);
        String shown = new KafkaCommand(plugin)
                ._main(new String[] {"log-kafka", "retry"})
                .toString();
        assertTrue(shown.contains(NOBODY), shown);
        assertTrue(new KafkaCommand(plugin)
                ._main(new String[] {"bogus"})
                .toString()
                .contains("Refusal"));
        plugin.stop();
        assertThrows(IOException.class, () -> plugin.write(records(0, 1)));
    }

    /** A stop does not wait for a broker that does not come. */
    @Test
    void whatWaitsIsThereAfterARestart() throws Exception {
        long waiting = 0;
        for (int life = 0; life < 3; life++) {
            var plugin = rig.plugin(NOBODY, "timeout", "10m");
            assertEquals(waiting, plugin.state().backlog());
            plugin.write(records(life * 10, life * 10 + 10));
            waiting = plugin.state().backlog();
            plugin.stop();
        }
        assertTrue(waiting > 0);
    }

    @Test
    void aFullDiskIsTheBindingsBusiness() throws Exception {
        var plugin = rig.plugin(NOBODY, "maxDisk", "1KiB");
        plugin.write(records(0, 10));
        assertThrows(IOException.class, () -> plugin.write(records(10, 100)));
        plugin.stop();
    }

    @Test
    void anUnknownFormatIsRefused() {
        var plugin = rig.plugin(NOBODY, "format", "csv");
        assertEquals(
                "log-kafka: there is no format csv",
                assertThrows(IOException.class, () -> plugin.write(records(0, 1)))
                        .getMessage());
        plugin.stop();
    }

    @ParameterizedTest
    @CsvSource({"timeout, 500ms", "retry, 0", "maxRetry, 0", "maxDisk, much", "linger, soon"})
    void badSettingsAreRefused(String key, String value) {
        assertThrows(IllegalArgumentException.class, () -> rig.plugin(NOBODY, key, value));
    }

    /** What Kafka says about its own settings keeps a new version of this plugin out. */
    @Test
    void theSelftestAsksKafkaAboutItsSettings() {
        var good = rig.plugin(NOBODY, "client.batch.size", "65536", "user", "ann", "password", "a \"quoted\\ one\n");
        assertDoesNotThrow(good::selftest);
        good.stop();
        var bad = rig.plugin(NOBODY, "client.batch.size", "many");
        assertTrue(
                assertThrows(ConfigException.class, bad::selftest).getMessage().contains("batch.size"));
        bad.stop();
    }

    /** Kafka would leave its SASL providers in the JVM, and with them the classes of a bundle that has gone. */
    @Test
    void nothingIsLeftInTheJvm() throws Exception {
        var plugin = rig.plugin(NOBODY, "timeout", "1s", "user", "ann", "password", "secret");
        plugin.write(records(0, 1));
        await("a failure", () -> plugin.state().sender().failures() > 0);
        assertTrue(providers() > 0);
        plugin.modified(rig.config(NOBODY, new HashMap<>(), "timeout", "1s", "user", "bob"), new HashMap<>());
        await("another failure", () -> plugin.state().sender().failures() > 0);
        assertTrue(providers() > 0, "they are there again");
        plugin.stop();
        assertEquals(0, providers());
        assertFalse(
                Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().contains("kafka") && thread.isAlive()),
                "no thread is left");
    }

    private static long providers() {
        return Arrays.stream(Security.getProviders())
                .filter(provider -> provider.getClass().getName().startsWith("org.apache.kafka."))
                .count();
    }

    /** A node without brokers in its settings: the plugin as it is shipped. */
    public static final class Unconfigured {
        public static void main(String[] arguments) {
            try (var rig = new Rig(Path.of(arguments[0]))) {
                var plugin = rig.plugin("");
                new KafkaCommand(plugin)._main(new String[] {"log-kafka"});
                plugin.stop();
            }
        }
    }

    /** The start of a node that has no Kafka pays nothing for it. */
    @Test
    void unconfiguredItLoadsNoClassOfKafka() throws Exception {
        Path log = directory.resolve("classes");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        ClassPath.ofTheTest(),
                        Unconfigured.class.getName(),
                        directory.resolve("journal").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        String loaded = Files.readString(log);
        assertTrue(loaded.contains(" plugins.logkafka.KafkaLog "), "the log names classes");
        assertFalse(
                loaded.contains(" org.apache.kafka."),
                () -> loaded.lines()
                        .filter(line -> line.contains(" org.apache.kafka."))
                        .toList()
                        .toString());
    }
}
