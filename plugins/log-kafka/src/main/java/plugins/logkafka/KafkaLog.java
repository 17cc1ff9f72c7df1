package plugins.logkafka;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.journal.Journal;
import mta.journal.Outbox;
import mta.journal.Sender;
import mta.plugins.api.Plugin;
import mta.plugins.api.SelfTest;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.metrics.Metrics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Takes batches of records into the journal; its sender brings them to the brokers. The host calls on one thread per
 * binding; the lock is for two bindings, {@link #control} and a change of settings. Without brokers it does nothing, and
 * until there is a record to send no class of Kafka is loaded.
 */
@Component(
        service = {RecordSink.class, KafkaLog.class},
        configurationPid = "mta.log-kafka")
@Plugin("log-kafka")
@Designate(ocd = KafkaLog.Config.class)
public final class KafkaLog implements RecordSink, SelfTest {

    @ObjectClassDefinition(
            name = "log-kafka",
            description = "Records to Apache Kafka, kept on disk until the brokers have them.")
    @interface Config {

        @AttributeDefinition(description = "Brokers to begin with: [kafka1.example.org:9092]. Empty: off.")
        String[] brokers() default {};

        @AttributeDefinition(description = "Topic of records whose kind has none of its own.")
        String topic() default "mta-records";

        @AttributeDefinition(
                name = "topics.*",
                required = false,
                description = "Topic of the records of a kind, such as Bounced: mail-bounced.")
        String topics() default "";

        @AttributeDefinition(description = "Name of the format of a record.")
        String format() default "json";

        @AttributeDefinition(
                description = "How batches are compressed.",
                options = {@Option("none"), @Option("gzip")})
        String compression() default "none";

        @AttributeDefinition(description = "Whether connections are encrypted.")
        boolean tls() default false;

        @AttributeDefinition(
                description =
                        "File of certificates (PEM) that are believed instead of those that Java knows; relative to"
                                + " the instance folder.")
        String trust() default "";

        @AttributeDefinition(
                description = "File with the certificate that is shown to the brokers and its key (PEM, PKCS #8, no"
                        + " passphrase); relative to the instance folder. Empty: none is shown.")
        String identity() default "";

        @AttributeDefinition(description = "Whom to log in as (SASL); empty: nobody.")
        String user() default "";

        @AttributeDefinition(description = "Best as ${file:UTF-8:/path}.")
        String password() default "";

        @AttributeDefinition(
                description = "How to log in.",
                options = {@Option("SCRAM-SHA-512"), @Option("SCRAM-SHA-256"), @Option("PLAIN")})
        String mechanism() default "SCRAM-SHA-512";

        @AttributeDefinition(
                description = "Duration. How long it may take until the brokers have confirmed what they were given.")
        String timeout() default "30s";

        @AttributeDefinition(
                name = "client.*",
                required = false,
                description = "Any other setting of Kafka's producer, such as client: {batch.size: 65536}; acks and"
                        + " enable.idempotence stay as they are.")
        String client() default "";

        @AttributeDefinition(min = "1", description = "Records that are sent together.")
        int maxRecords() default 1000;

        @AttributeDefinition(description = "Size. Of the records that are sent together.")
        String maxBatch() default "1MiB";

        @AttributeDefinition(description = "Duration. How long the first record of a batch waits for others.")
        String linger() default "100ms";

        @AttributeDefinition(
                description = "Duration. Pause after the first failure; each further one in a row doubles it.")
        String retry() default "1s";

        @AttributeDefinition(description = "Duration. The longest pause.")
        String maxRetry() default "1m";

        @AttributeDefinition(
                description =
                        "Whether a record that the brokers refuse for good (too large, or of no use to the topic) is"
                                + " given up, so that the others get through. Otherwise it is tried until it is taken.")
        boolean skipRefused() default false;

        @AttributeDefinition(description = "Where records wait; relative to the instance folder.")
        String directory() default "var/log-kafka";

        @AttributeDefinition(description = "Size. What waiting records may take on disk.")
        String maxDisk() default "1GiB";

        @AttributeDefinition(
                description =
                        "What happens then: further records are left to the binding's failure action, or the oldest"
                                + " are dropped.",
                options = {@Option("refuse"), @Option("dropOldest")})
        String whenFull() default "refuse";

        @AttributeDefinition(description = "Whether records are synced to the disk before they count as taken.")
        boolean sync() default false;
    }

    private record Settings(
            List<String> brokers,
            String topic,
            Map<String, String> topics,
            Map<String, Object> client,
            Journal.Settings journal,
            Sender.Settings sender,
            String format) {

        static Settings of(Config config, Map<String, ?> entries) {
            Path data = Path.of(System.getProperty("mta.data", ""));
            return new Settings(
                    List.of(config.brokers()),
                    config.topic(),
                    below("topics.", entries),
                    client(config, entries, data),
                    new Journal.Settings(
                            data.resolve(config.directory()).toAbsolutePath().normalize(),
                            Amount.bytes(config.maxDisk()),
                            config.whenFull().equals("dropOldest"),
                            config.sync()),
                    new Sender.Settings(
                            config.maxRecords(),
                            Amount.bytes(config.maxBatch()),
                            Amount.duration(config.linger()),
                            atLeast(Duration.ofMillis(1), "retry", config.retry()),
                            atLeast(Duration.ofMillis(1), "maxRetry", config.maxRetry()),
                            config.skipRefused()),
                    config.format());
        }

        private static Map<String, String> below(String prefix, Map<String, ?> entries) {
            var found = new HashMap<String, String>();
            entries.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    found.put(key.substring(prefix.length()), value.toString());
                }
            });
            return Map.copyOf(found);
        }

        private static Duration atLeast(Duration least, String key, String text) {
            Duration duration = Amount.duration(text);
            if (duration.compareTo(least) < 0) {
                throw new IllegalArgumentException(key + ": " + least.toMillis() + "ms or more");
            }
            return duration;
        }

        /** In Kafka's words. What follows the operator's own settings is what the promise to lose nothing rests on. */
        private static Map<String, Object> client(Config config, Map<String, ?> entries, Path data) {
            long timeout =
                    atLeast(Duration.ofSeconds(1), "timeout", config.timeout()).toMillis();
            var client = new HashMap<String, Object>();
            client.put("client.id", "mta");
            client.put("compression.type", config.compression());
            client.put("batch.size", 128 << 10);
            client.put("linger.ms", 20); // all of a batch is given at once and then flushed: nothing waits for this
            client.put("max.block.ms", timeout);
            client.put("delivery.timeout.ms", Math.toIntExact(timeout));
            client.put(
                    "request.timeout.ms", Math.toIntExact(timeout / 2)); // a broker that hangs leaves time for another
            client.put("metric.reporters", "");
            encryption(config, data, client);
            login(config, client);
            client.putAll(below("client.", entries));
            client.put("bootstrap.servers", List.of(config.brokers()));
            client.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
            client.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
            client.put("acks", "all");
            client.put("enable.idempotence", true);
            client.put("enable.metrics.push", false); // what it needs is not in this bundle
            return Map.copyOf(client);
        }

        private static void encryption(Config config, Path data, Map<String, Object> client) {
            client.put(
                    "security.protocol",
                    (config.user().isEmpty() ? "" : "SASL_") + (config.tls() ? "SSL" : "PLAINTEXT"));
            if (!config.trust().isEmpty()) {
                client.put("ssl.truststore.type", "PEM");
                client.put(
                        "ssl.truststore.location", data.resolve(config.trust()).toString());
            }
            if (!config.identity().isEmpty()) {
                client.put("ssl.keystore.type", "PEM");
                client.put(
                        "ssl.keystore.location", data.resolve(config.identity()).toString());
            }
        }

        private static void login(Config config, Map<String, Object> client) {
            if (config.user().isEmpty()) {
                return;
            }
            String module = config.mechanism().equals("PLAIN")
                    ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                    : "org.apache.kafka.common.security.scram.ScramLoginModule";
            client.put("sasl.mechanism", config.mechanism());
            client.put(
                    "sasl.jaas.config",
                    module + " required username=" + quoted(config.user()) + " password="
                            + quoted(config.password().strip()) + ";");
        }

        private static String quoted(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    private final HookPoints hooks;
    private final HookPoint<RecordFormat> formats;
    private final Metrics metrics;
    private final InstantSource clock;

    // Guarded by this
    private Settings settings;
    private Optional<Outbox> outbox;

    @Activate
    public KafkaLog(
            @Reference HookPoints hooks, @Reference Metrics metrics, Config config, Map<String, Object> entries) {
        this(hooks, metrics, config, entries, InstantSource.system());
    }

    KafkaLog(HookPoints hooks, Metrics metrics, Config config, Map<String, ?> entries, InstantSource clock) {
        this.hooks = hooks;
        this.formats = hooks.point(RecordFormat.class);
        this.metrics = metrics;
        this.clock = clock;
        this.settings = Settings.of(config, entries);
        this.outbox = open();
    }

    @Modified
    synchronized void modified(Config config, Map<String, Object> entries) {
        Settings next = Settings.of(config, entries);
        stop();
        settings = next;
        outbox = open();
    }

    /** Empty: no brokers are set. */
    private Optional<Outbox> open() {
        Settings now = settings;
        if (now.brokers.isEmpty()) {
            return Optional.empty();
        }
        var opened = new Outbox("log-kafka", now.journal, now.sender, () -> brokers(now), clock, metrics);
        opened.resume();
        return Optional.of(opened);
    }

    private static Brokers brokers(Settings settings) {
        return new Brokers(() -> Client.open(settings.client), new Brokers.Topics(settings.topic, settings.topics));
    }

    /** Whether Kafka accepts the settings; that the brokers are away just now is no reason to refuse this version. */
    @Override
    public void selftest() {
        Settings now = settings();
        if (!now.brokers.isEmpty()) {
            Client.check(now.client);
        }
    }

    private synchronized Settings settings() {
        return settings;
    }

    private synchronized Outbox outbox() throws IOException {
        return outbox.orElseThrow(() -> new IOException("log-kafka: no brokers are set"));
    }

    /** When it returns the records are in the journal. */
    @Override
    public void write(List<LogRecord> batch) throws IOException {
        Outbox now = outbox();
        List<byte[]> entries = entries(batch);
        if (!entries.isEmpty()) {
            now.append(entries);
        }
    }

    private List<byte[]> entries(List<LogRecord> batch) throws IOException {
        String name = settings().format;
        try (Pin pin = hooks.pin()) {
            RecordFormat format = formats.driver(pin, name)
                    .orElseThrow(() -> new IOException("log-kafka: there is no format " + name));
            var entries = new ArrayList<byte[]>(batch.size());
            for (LogRecord record : batch) {
                byte[] text = format.format(record);
                if (text.length > 0) {
                    entries.add(Entry.of(record, text).octets());
                }
            }
            return entries;
        }
    }

    /** {@code flush}: whatever waits for its next try is tried now. */
    @Override
    public void control(String operation) {
        if (operation.equals("flush")) {
            retry();
        }
    }

    synchronized void retry() {
        outbox.ifPresent(Outbox::retry);
    }

    synchronized Outbox.State state() {
        return outbox.map(Outbox::state).orElse(Outbox.OFF);
    }

    synchronized String brokers() {
        return String.join(",", settings.brokers);
    }

    @Deactivate
    synchronized void stop() {
        outbox.ifPresent(Outbox::close);
    }
}
