package mta.plugins.api.log;

import org.osgi.annotation.versioning.ProviderType;

/** Takes records, an OSGi service. Thread-safe; returns at once, but where a sink is bound with {@code onBusy: block}. */
@ProviderType
public interface Records {

    void emit(LogRecord record);

    /** Whether anybody wants this kind; if not, build nothing. */
    boolean wanted(String kind);
}
