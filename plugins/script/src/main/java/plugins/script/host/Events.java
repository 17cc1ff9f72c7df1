package plugins.script.host;

import java.util.LinkedHashMap;
import mta.plugins.api.log.LogRecord;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;
import plugins.script.view.Inward;

/** {@code mta.records}: events of a script in the log. Thread-safe. */
public final class Events {

    private final Services services;

    Events(Services services) {
        this.services = services;
    }

    /** @param fields text, numbers and booleans */
    @Export
    public void emit(String kind, Value fields) {
        var values = new LinkedHashMap<String, Object>();
        for (String key : fields.getMemberKeys()) {
            Object value = Inward.json(fields.getMember(key));
            values.put(key, value instanceof Number || value instanceof Boolean ? value : value.toString());
        }
        services.records().emit(new LogRecord.Event(services.clock().instant(), kind, values));
    }
}
