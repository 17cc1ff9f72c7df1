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
        if (!worthReading(entry)) {
            return;
        }
        Logger log = LoggerFactory.getLogger(source(entry));
        Throwable cause = entry.getException();
        switch (entry.getLogLevel()) {
            case AUDIT, ERROR -> log.error(entry.getMessage(), cause);
            case WARN -> log.warn("{}{}", entry.getMessage(), cause == null ? "" : ": " + cause.getMessage());
            default -> log.info(entry.getMessage());
        }
    }

    /** Warnings and errors, and what File Install does; but not each event, nor what SCR says of its own start. */
    private static boolean worthReading(LogEntry entry) {
        return entry.getLogLevel().compareTo(LogLevel.WARN) <= 0
                || entry.getLogLevel() == LogLevel.INFO
                        && !entry.getLoggerName().startsWith("Events.")
                        && source(entry).equals("org.apache.felix.fileinstall");
    }

    private static String source(LogEntry entry) {
        return entry.getBundle() == null
                ? entry.getLoggerName()
                : entry.getBundle().getSymbolicName();
    }
}
