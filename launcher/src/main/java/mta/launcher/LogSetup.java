package mta.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process's own log: lines on standard error, or in {@code var/mta.log} when the terminal is a console. In code and
 * not in XML because reading XML costs a tenth of the start. An instance that wants something else puts a
 * {@code logback.xml} into its {@code conf/}. Logback finds this class through its service file.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{30} %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Path data = Path.of(System.getProperty("mta.data", "."));
        if (Files.exists(data.resolve("conf/logback.xml"))) {
            System.setProperty(
                    "logback.configurationFile",
                    data.resolve("conf/logback.xml").toString());
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        OutputStreamAppender<ILoggingEvent> appender =
                Boolean.getBoolean("mta.console") ? file(data.resolve("var/mta.log")) : standardError();
        appender.setContext(context);
        appender.setEncoder(encoder(context));
        appender.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty("mta.log.level"), Level.INFO));
        root.addAppender(appender);
        // Its client tells all its settings, and once a second that a broker is away; log-kafka says that once.
        context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static OutputStreamAppender<ILoggingEvent> standardError() {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setTarget("System.err");
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> file(Path path) {
        var appender = new FileAppender<ILoggingEvent>();
        appender.setFile(path.toString());
        return appender;
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(PATTERN);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }
}
