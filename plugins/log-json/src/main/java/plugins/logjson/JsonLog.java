package plugins.logjson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Writes batches of records, each batch with one write. The host calls on one thread per binding; the lock is for two
 * bindings, {@link #control} and a change of settings, which may come at the same time.
 */
@Component(configurationPid = "mta.log-json")
@Plugin("log-json")
@Designate(ocd = JsonLog.Config.class)
public final class JsonLog implements RecordSink {

    @ObjectClassDefinition(name = "log-json", description = "Records as lines of JSON in a file that rotates.")
    @interface Config {

        @AttributeDefinition(description = "The file; relative to the instance folder.")
        String file() default "var/log/mail.json";

        @AttributeDefinition(description = "Size. The file is set aside before it grows beyond; 0: never for its size.")
        String maxSize() default "256MiB";

        @AttributeDefinition(
                description = "Duration. The file is set aside whenever a period of this length ends,"
                        + " counted from midnight UTC; 0: never for its age.")
        String every() default "1d";

        @AttributeDefinition(description = "How many old files are kept; 0: all.")
        int keep() default 30;

        @AttributeDefinition(description = "Whether old files are compressed.")
        boolean gzip() default true;

        @AttributeDefinition(description = "Whether each batch is synced to the disk before it counts as written.")
        boolean sync() default false;
    }

    private static RotatingFile.Settings settings(Config config) {
        Path data = Path.of(System.getProperty("mta.data", ""));
        long maxSize = Amount.bytes(config.maxSize());
        Duration every = Amount.duration(config.every());
        if (config.keep() < 0) {
            throw new IllegalArgumentException("keep: 0 or more, not " + config.keep());
        }
        if (!every.isZero() && every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("every: 0, or 1s and more, not " + config.every());
        }
        return new RotatingFile.Settings(
                data.resolve(config.file()).toAbsolutePath().normalize(),
                maxSize,
                every,
                config.keep(),
                config.gzip(),
                config.sync());
    }

    private final JsonFormat format = new JsonFormat();
    private final InstantSource clock;
    private RotatingFile file; // guarded by this

    @Activate
    public JsonLog(Config config) {
        this(config, InstantSource.system());
    }

    JsonLog(Config config, InstantSource clock) {
        this.clock = clock;
        this.file = new RotatingFile(settings(config), clock);
    }

    @Modified
    synchronized void modified(Config config) {
        RotatingFile.Settings next = settings(config);
        file.close();
        file = new RotatingFile(next, clock);
    }

    @Override
    public void write(List<LogRecord> batch) throws IOException {
        var lines = new ByteArrayOutputStream(batch.size() * 256);
        for (LogRecord record : batch) {
            lines.writeBytes(format.format(record));
        }
        synchronized (this) {
            file.append(lines.toByteArray());
        }
    }

    /** {@code reopen}: the next batch goes to a file of that name, for when somebody else has moved the old one. */
    @Override
    public synchronized void control(String operation) {
        if (operation.equals("reopen")) {
            file.close();
        }
    }

    @Deactivate
    synchronized void deactivate() {
        file.close();
    }

    synchronized RotatingFile file() {
        return file;
    }
}
