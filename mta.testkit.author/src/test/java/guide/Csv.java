package guide;

import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import org.osgi.service.component.annotations.Component;

// guide: record-format
@Component
@Plugin("csv")
@Named("csv")
public final class Csv implements RecordFormat {

    @Override
    public byte[] format(LogRecord record) {
        var line = new StringBuilder(record.time() + "," + record.kind());
        record.describe(new LogRecord.Fields() {
            @Override
            public void text(String name, String value) {
                line.append(",\"")
                        .append(value.replaceAll("\\p{Cntrl}", " ").replace("\"", "\"\""))
                        .append('"');
            }

            @Override
            public void number(String name, long value) {
                line.append(',').append(value);
            }

            @Override
            public void flag(String name, boolean value) {
                line.append(',').append(value);
            }

            @Override
            public void texts(String name, List<String> values) {
                text(name, String.join(" ", values));
            }
        });
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
// guide: end
