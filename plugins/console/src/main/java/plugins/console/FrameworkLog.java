package plugins.console;

import java.util.Collections;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what OSGi's own services say (a component that fails, a dropped-in bundle that does not resolve) to the
 * process's log, which is where an operator looks. The verb {@code log} has it as well. Runs on the log service's thread.
 */
@Component(immediate = true, service = FrameworkLog.class)
public final class FrameworkLog implements LogListener {

    private final LogReaderService reader;

    @Activate
    public FrameworkLog(@Reference LogReaderService reader) {
        this.reader = reader;
        List<LogEntry> missed = Collections.list(reader.getLog()); // the latest first
        missed.reversed().forEach(this::logged);
        reader.addLogListener(this);
    }

    @Deactivate
    void close() {
        reader.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        // Every start of a bundle and every registration of a service is an event: too much, unless one went wrong.
        if (entry.getLoggerName().startsWith("Events.") && entry.getLogLevel().compareTo(LogLevel.WARN) > 0) {
            return;
        }
        Logger log = LoggerFactory.getLogger(entry.getLoggerName());
        String message = "{}: {}";
        String bundle = entry.getBundle() == null ? "" : entry.getBundle().getSymbolicName();
        switch (entry.getLogLevel()) {
            case AUDIT, ERROR -> log.error(message, bundle, entry.getMessage(), entry.getException());
            case WARN -> log.warn(message, bundle, entry.getMessage(), entry.getException());
            case INFO -> log.info(message, bundle, entry.getMessage(), entry.getException());
            case DEBUG, TRACE -> log.debug(message, bundle, entry.getMessage(), entry.getException());
        }
    }
}
