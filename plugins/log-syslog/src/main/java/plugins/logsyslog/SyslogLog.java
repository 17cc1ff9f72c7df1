package plugins.logsyslog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Sends batches of records. The host calls on one virtual thread per binding and interrupts it at the deadline, which
 * ends a write that a server holds up; the lock is for two bindings, {@link #control} and a change of settings.
 */
@Component(configurationPid = "mta.log-syslog")
@Plugin("log-syslog")
@Designate(ocd = SyslogLog.Config.class)
public final class SyslogLog implements RecordSink {

    private static final List<String> FACILITIES = List.of(
            "kern",
            "user",
            "mail",
            "daemon",
            "auth",
            "syslog",
            "lpr",
            "news",
            "uucp",
            "cron",
            "authpriv",
            "ftp",
            "ntp",
            "audit",
            "alert",
            "clock",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7");

    @ObjectClassDefinition(name = "log-syslog", description = "Records to a syslog server (RFC 5424).")
    @interface Config {

        @AttributeDefinition(
                description = "Where to send: udp://192.0.2.1:514, tcp://logs.example.org:601 or"
                        + " tls://logs.example.org:6514.")
        String server() default "";

        @AttributeDefinition(
                description =
                        "How messages are told apart over tcp: by their length (RFC 6587 section 3.4.1) or by lines."
                                + " TLS always counts.",
                options = {@Option("counted"), @Option("lines")})
        String framing() default "counted";

        @AttributeDefinition(
                description = "For tls: file of certificates (PEM) that are believed instead of those that Java knows;"
                        + " relative to the instance folder.")
        String trust() default "";

        @AttributeDefinition(description = "mail, daemon, local0 ...: the facility of RFC 5424 section 6.2.1.")
        String facility() default "mail";

        @AttributeDefinition(description = "Name of this machine in messages; empty: its own.")
        String hostname() default "";

        @AttributeDefinition(description = "Name of this program in messages.")
        String appName() default "mta";

        @AttributeDefinition(description = "Name of the format of a record: the text of the message.")
        String format() default "json";

        @AttributeDefinition(
                description = "Size. Of a message; what is longer is cut. Servers take 8KiB, often no more.")
        String maxMessage() default "8KiB";

        @AttributeDefinition(
                description = "Duration. For connecting, for the handshake of TLS, and for writing a batch.")
        String timeout() default "10s";
    }

    private record Settings(Link link, Message message, String format) {

        static Settings of(Config config) {
            return new Settings(
                    link(config),
                    new Message(
                            facility(config.facility()),
                            config.hostname().isBlank()
                                    ? hostname()
                                    : config.hostname().strip(),
                            config.appName(),
                            Long.toString(ProcessHandle.current().pid()),
                            (int) Math.clamp(Amount.bytes(config.maxMessage()), 480, 1 << 20)),
                    config.format());
        }

        private static int facility(String name) {
            int number = FACILITIES.indexOf(name);
            if (number < 0) {
                throw new IllegalArgumentException("facility: " + String.join(", ", FACILITIES) + ", not: " + name);
            }
            return number;
        }

        private static String hostname() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "-"; // RFC 5424 section 6.2.4
            }
        }

        private static Link link(Config config) {
            if (config.server().isBlank()) {
                return new Nowhere();
            }
            Endpoint server = Endpoint.parse(config.server().strip());
            Duration timeout = Amount.duration(config.timeout());
            boolean counted = config.framing().equals("counted");
            return switch (server.scheme()) {
                case "udp" -> new Udp(server.host(), server.port());
                case "tcp" ->
                    new Stream(new Stream.Settings(server.host(), server.port(), Optional.empty(), counted, timeout));
                case "tls" ->
                    new Stream(new Stream.Settings(
                            server.host(), server.port(), Optional.of(trust(config)), true, timeout));
                default ->
                    throw new IllegalArgumentException("server: udp://, tcp:// or tls://, not: " + config.server());
            };
        }

        private static javax.net.ssl.SSLSocketFactory trust(Config config) {
            Path data = Path.of(System.getProperty("mta.data", ""));
            try {
                return Trust.in(
                        config.trust().isBlank() ? Optional.empty() : Optional.of(data.resolve(config.trust())));
            } catch (IOException e) {
                throw new IllegalArgumentException("trust: " + e.getMessage(), e);
            }
        }
    }

    /** Where no server is set. */
    private record Nowhere() implements Link {
        @Override
        public void send(List<byte[]> messages) throws IOException {
            throw new IOException("log-syslog: no server is set");
        }

        @Override
        public void close() {}
    }

    private final HookPoints hooks;
    private final HookPoint<RecordFormat> formats;
    private Settings settings; // guarded by this, its link too

    @Activate
    public SyslogLog(@Reference HookPoints hooks, Config config) {
        this.hooks = hooks;
        this.formats = hooks.point(RecordFormat.class);
        this.settings = Settings.of(config);
    }

    @Modified
    synchronized void modified(Config config) {
        Settings next = Settings.of(config);
        settings.link.close();
        settings = next;
    }

    /** When it returns the batch is on its way; syslog has no acknowledgement. */
    @Override
    public synchronized void write(List<LogRecord> batch) throws IOException {
        List<byte[]> messages = new ArrayList<>(batch.size());
        try (Pin pin = hooks.pin()) {
            RecordFormat format = formats.driver(pin, settings.format)
                    .orElseThrow(() -> new IOException("log-syslog: there is no format " + settings.format));
            for (LogRecord record : batch) {
                byte[] text = format.format(record);
                if (text.length > 0) {
                    messages.add(settings.message.of(record, text));
                }
            }
        }
        if (!messages.isEmpty()) {
            settings.link.send(messages);
        }
    }

    /** {@code reopen}: connects anew with the next batch. */
    @Override
    public synchronized void control(String operation) {
        if (operation.equals("reopen")) {
            settings.link.close();
        }
    }

    @Deactivate
    synchronized void close() {
        settings.link.close();
    }
}
