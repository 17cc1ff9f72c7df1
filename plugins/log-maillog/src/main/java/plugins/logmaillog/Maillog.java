package plugins.logmaillog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The sink that writes Postfix's lines to a file, and the format {@code maillog} for others. The host calls the sink on
 * one thread per binding; the lock is for two bindings, {@link #control} and a change of settings.
 */
@Component(
        service = {RecordSink.class, RecordFormat.class},
        configurationPid = "mta.log-maillog")
@Plugin("log-maillog")
@Named("maillog")
@Designate(ocd = Maillog.Config.class)
public final class Maillog implements RecordSink, RecordFormat {

    @ObjectClassDefinition(name = "log-maillog", description = "Records as the lines that Postfix writes to mail.log.")
    @interface Config {

        @AttributeDefinition(description = "The file; relative to the instance folder. Rotated by others.")
        String file() default "var/log/mail.log";

        @AttributeDefinition(description = "Name of this machine in the lines; empty: its own, up to the first dot.")
        String hostname() default "";

        @AttributeDefinition(
                description = "Times as syslog writes them (Jan  2 03:04:05) or as RFC 3339 has them, local in both.",
                options = {@Option("traditional"), @Option("iso")})
        String time() default "traditional";
    }

    private volatile PostfixLines lines;
    private LineFile file; // guarded by this

    @Activate
    public Maillog(Config config) {
        this(config, ZoneId.systemDefault());
    }

    Maillog(Config config, ZoneId zone) {
        lines = lines(config, zone);
        file = file(config);
    }

    @Modified
    synchronized void modified(Config config) throws IOException {
        file.close();
        lines = lines(config, ZoneId.systemDefault());
        file = file(config);
    }

    private static LineFile file(Config config) {
        Path data = Path.of(System.getProperty("mta.data", ""));
        return new LineFile(data.resolve(config.file()).toAbsolutePath().normalize());
    }

    private static PostfixLines lines(Config config, ZoneId zone) {
        String host =
                config.hostname().isBlank() ? hostname() : config.hostname().strip();
        if (!host.matches("\\S+")) {
            throw new IllegalArgumentException("hostname: a name without spaces, not: " + host);
        }
        return new PostfixLines(host, zone, config.time().equals("iso"));
    }

    private static String hostname() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.replaceFirst("\\..*", "");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public byte[] format(LogRecord record) {
        return lines.of(record).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void write(List<LogRecord> batch) throws IOException {
        var text = new StringBuilder();
        PostfixLines now = lines;
        batch.forEach(record -> text.append(now.of(record)));
        if (!text.isEmpty()) {
            synchronized (this) {
                file.append(text.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** {@code reopen}: not needed, a file that was moved away is noticed; done all the same. */
    @Override
    public synchronized void control(String operation) throws IOException {
        if (operation.equals("reopen")) {
            file.close();
        }
    }

    @Deactivate
    synchronized void close() throws IOException {
        file.close();
    }
}
