package plugins.logwebhook;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.journal.Journal;
import mta.journal.Outbox;
import mta.journal.Sender;
import mta.plugins.api.Plugin;
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
 * Takes batches of records into the journal; a sender of its own brings them to the far side. The host calls on one
 * thread per binding; the lock is for two bindings, {@link #control} and a change of settings.
 */
@Component(
        service = {RecordSink.class, WebhookLog.class},
        configurationPid = "mta.log-webhook")
@Plugin("log-webhook")
@Designate(ocd = WebhookLog.Config.class)
public final class WebhookLog implements RecordSink {

    @ObjectClassDefinition(
            name = "log-webhook",
            description = "Records in batches to an HTTP endpoint, kept on disk until it has them.")
    @interface Config {

        @AttributeDefinition(description = "Where batches are posted: https://logs.example.org/mail.")
        String url() default "";

        @AttributeDefinition(
                name = "headers.*",
                required = false,
                description =
                        "Header fields sent along, such as Authorization: \"Bearer ${file:UTF-8:/etc/mta/token}\".")
        String headers() default "";

        @AttributeDefinition(
                description =
                        "Each batch is signed with it (HMAC-SHA256, header webhook-signature): text, or whsec_ and"
                                + " base64. Empty: it is not.")
        String secret() default "";

        @AttributeDefinition(
                description =
                        "File of certificates (PEM) that are believed instead of those that Java knows; relative to"
                                + " the instance folder.")
        String trust() default "";

        @AttributeDefinition(description = "Name of the format of a record.")
        String format() default "json";

        @AttributeDefinition(
                description = "How the records of a batch stand in a body: as one JSON array, or one after the other.",
                options = {@Option("array"), @Option("lines")})
        String body() default "array";

        @AttributeDefinition(min = "1", description = "Records in a batch.")
        int maxRecords() default 500;

        @AttributeDefinition(description = "Size. Of a batch; a single record may be larger.")
        String maxBatch() default "1MiB";

        @AttributeDefinition(description = "Duration. How long the first record of a batch waits for others.")
        String linger() default "500ms";

        @AttributeDefinition(description = "Duration. For one post, from connecting to the end of the answer.")
        String timeout() default "30s";

        @AttributeDefinition(
                description = "Duration. Pause after the first failure; each further one in a row doubles it.")
        String retry() default "1s";

        @AttributeDefinition(description = "Duration. The longest pause, whatever Retry-After says.")
        String maxRetry() default "5m";

        @AttributeDefinition(
                description =
                        "Whether a record that is refused for good (400, 413, 422) is given up, so that the others"
                                + " get through. Otherwise it is tried until it is taken.")
        boolean skipRefused() default false;

        @AttributeDefinition(description = "Where records wait; relative to the instance folder.")
        String directory() default "var/log-webhook";

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
            Journal.Settings journal, Endpoint.Settings endpoint, Sender.Settings sender, String format) {

        static Settings of(Config config, Map<String, ?> entries) {
            Path data = Path.of(System.getProperty("mta.data", ""));
            Path directory = data.resolve(config.directory()).toAbsolutePath().normalize();
            Optional<Path> trust =
                    config.trust().isEmpty() ? Optional.empty() : Optional.of(data.resolve(config.trust()));
            return new Settings(
                    new Journal.Settings(
                            directory,
                            Amount.bytes(config.maxDisk()),
                            config.whenFull().equals("dropOldest"),
                            config.sync()),
                    new Endpoint.Settings(
                            url(config.url().strip()),
                            headers(entries),
                            secret(config.secret()),
                            trust,
                            config.body().equals("lines"),
                            positive("timeout", config.timeout())),
                    new Sender.Settings(
                            config.maxRecords(),
                            Amount.bytes(config.maxBatch()),
                            Amount.duration(config.linger()),
                            positive("retry", config.retry()),
                            positive("maxRetry", config.maxRetry()),
                            config.skipRefused()),
                    config.format());
        }

        private static URI url(String text) {
            try {
                var url = new URI(text);
                boolean http = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
                if (text.isEmpty() || http && url.getHost() != null) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // said below
            }
            throw new IllegalArgumentException("url: an address that begins with https:// or http://, not: " + text);
        }

        private static Duration positive(String key, String text) {
            Duration duration = Amount.duration(text);
            if (duration.isZero()) {
                throw new IllegalArgumentException(key + ": more than 0");
            }
            return duration;
        }

        private static Map<String, String> headers(Map<String, ?> entries) {
            var headers = new HashMap<String, String>();
            entries.forEach((key, value) -> {
                if (key.startsWith("headers.")) {
                    headers.put(key.substring("headers.".length()), value.toString());
                }
            });
            return Map.copyOf(headers);
        }

        /** As https://www.standardwebhooks.com writes secrets, or any text. */
        private static byte[] secret(String text) {
            return text.startsWith("whsec_")
                    ? Base64.getDecoder().decode(text.substring("whsec_".length()))
                    : text.getBytes(StandardCharsets.UTF_8);
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
    public WebhookLog(
            @Reference HookPoints hooks, @Reference Metrics metrics, Config config, Map<String, Object> entries) {
        this(hooks, metrics, config, entries, InstantSource.system());
    }

    WebhookLog(HookPoints hooks, Metrics metrics, Config config, Map<String, ?> entries, InstantSource clock) {
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

    /** Empty: no url is set. */
    private Optional<Outbox> open() {
        Settings now = settings;
        if (now.endpoint.url().toString().isEmpty()) {
            return Optional.empty();
        }
        var opened = new Outbox(
                "log-webhook", now.journal, now.sender, () -> new Endpoint(now.endpoint, clock), clock, metrics);
        opened.resume();
        return Optional.of(opened);
    }

    private synchronized Outbox outbox() throws IOException {
        return outbox.orElseThrow(() -> new IOException("log-webhook: no url is set"));
    }

    /** When it returns the records are in the journal. */
    @Override
    public void write(List<LogRecord> batch) throws IOException {
        Outbox now = outbox();
        List<byte[]> records = formatted(batch);
        if (!records.isEmpty()) {
            now.append(records);
        }
    }

    private List<byte[]> formatted(List<LogRecord> batch) throws IOException {
        String name = settings().format;
        try (Pin pin = hooks.pin()) {
            RecordFormat format = formats.driver(pin, name)
                    .orElseThrow(() -> new IOException("log-webhook: there is no format " + name));
            var octets = new ArrayList<byte[]>(batch.size());
            for (LogRecord record : batch) {
                byte[] text = format.format(record);
                if (text.length > 0) {
                    octets.add(text);
                }
            }
            return octets;
        }
    }

    private synchronized Settings settings() {
        return settings;
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

    synchronized String url() {
        return settings.endpoint.url().toString();
    }

    @Deactivate
    synchronized void stop() {
        outbox.ifPresent(Outbox::close);
    }
}
