package @package@;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import mta.plugins.api.Plugin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Writes one line per record. The host calls it on one thread for each binding, with records in order. */
@Component(configurationPid = "mta.@name@")
@Plugin("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements RecordSink {

    @ObjectClassDefinition(name = "@name@", description = "What happened, one line each.")
    public @interface Config {

        @AttributeDefinition(description = "The file; relative to the instance folder.")
        String file() default "var/@name@.log";
    }

    private volatile Path file;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        file = Path.of(System.getProperty("mta.data", "")).resolve(config.file());
    }

    /** When it returns, the batch is safe; when it throws, the same batch comes again. */
    @Override
    public void write(List<LogRecord> batch) throws IOException {
        try (BufferedWriter out =
                Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (LogRecord record : batch) {
                var line = new Line(record);
                record.describe(line);
                out.write(line.text.append('\n').toString());
            }
        }
    }

    /** Takes the fields of a record as {@code name=value}. */
    private static final class Line implements LogRecord.Fields {

        private final StringBuilder text = new StringBuilder();

        Line(LogRecord record) {
            text.append(record.time()).append(' ').append(record.kind());
        }

        /** What strangers sent must not begin a line of its own. */
        @Override
        public void text(String name, String value) {
            text.append(' ').append(name).append('=').append(value.replaceAll("[\\p{Cntrl}]", "?"));
        }

        @Override
        public void number(String name, long value) {
            text(name, Long.toString(value));
        }

        @Override
        public void flag(String name, boolean value) {
            text(name, Boolean.toString(value));
        }

        @Override
        public void texts(String name, List<String> values) {
            text(name, String.join(",", values));
        }
    }
}
