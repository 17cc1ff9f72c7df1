package guide;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import mta.plugins.api.Plugin;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.osgi.service.component.annotations.Component;

// guide: record-sink
@Component(
        service = {RecordSink.class, Retries.class},
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=retries",
            "mta.help=retries|[reset]|How many deliveries needed more than one attempt|retries"
        })
@Plugin("retries")
public final class Retries implements RecordSink {

    private final LongAdder all = new LongAdder();
    private final LongAdder retried = new LongAdder();

    @Override
    public void write(List<LogRecord> batch) { // in order, on one thread
        for (LogRecord record : batch) {
            if (record instanceof Delivered delivered) {
                all.increment();
                retried.add(delivered.attempt() > 1 ? 1 : 0);
            }
        }
    }

    /** The verb: {@code ./mta retries}, also with {@code --json}. */
    public Object retries(String[] words) {
        if (words.length > 0 && !words[0].equals("reset")) {
            return Refusal.usage("retries takes no word but reset");
        }
        Table answer = Table.of(Column.number("delivered"), Column.number("retried"))
                .row(all.sum(), retried.sum())
                .build();
        if (words.length > 0) {
            all.reset();
            retried.reset();
        }
        return answer;
    }
}
// guide: end
