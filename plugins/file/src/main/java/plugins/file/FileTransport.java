package plugins.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one file per recipient: into a temporary file beside it, synced, renamed. So a file is there as a whole or not
 * at all, and once it is reported as delivered it survives a crash. Channels run on virtual threads of the queue;
 * thread-safe, its settings are one immutable value.
 */
@Component(configurationPid = "mta.file")
@Plugin("file")
@Named("file")
@Designate(ocd = FileTransport.Config.class)
public final class FileTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(FileTransport.class);
    private static final Reply DELIVERED = Reply.of(250, "2.0.0", "Written");
    private static final Reply FAILED = Reply.of(451, "4.3.0", "Could not write the message to a file");

    @ObjectClassDefinition(name = "file", description = "The transport that writes messages into files.")
    @interface Config {

        @AttributeDefinition(description = "Where the files go; relative to the instance folder. Made if missing.")
        String directory() default "var/mail";

        @AttributeDefinition(
                description = "Name of a file below the directory, with {id}, {recipient}, {local} and"
                        + " {domain} put in as safe names. Needs {id} and {recipient}.")
        String pattern() default "{domain}/{local}/{id}-{recipient}.eml";

        @AttributeDefinition(
                description = "Whether the envelope goes on top as Return-Path, Delivered-To and X-MTA-Id.")
        boolean envelope() default true;

        @AttributeDefinition(description = "Whether each file is synced to the disk before it counts as delivered.")
        boolean sync() default true;
    }

    private record Settings(Path directory, Names names, boolean envelope, boolean sync) {
        static Settings of(Config config) {
            Path data = Path.of(System.getProperty("mta.data", ""));
            return new Settings(
                    data.resolve(config.directory()).toAbsolutePath().normalize(),
                    new Names(config.pattern()),
                    config.envelope(),
                    config.sync());
        }
    }

    private volatile Settings settings;

    @Activate
    public FileTransport(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public Channel open(mta.plugins.api.delivery.Path path, List<Hop> hops, Pin pin) {
        return new Directory();
    }

    private final class Directory implements Channel {

        @Override
        public List<Outcome> send(Attempt attempt) {
            Settings now = settings;
            List<Outcome> outcomes = new ArrayList<>(attempt.recipients().size());
            for (Recipient recipient : attempt.recipients()) {
                outcomes.add(Outcome.of(recipient, deliver(now, attempt.message(), recipient)));
            }
            return outcomes;
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public String peer() {
            return settings.directory.toString();
        }

        @Override
        public void close() {}
    }

    private static Reply deliver(Settings now, Message message, Recipient recipient) {
        Path file = now.directory.resolve(now.names.path(message.id(), recipient.address()));
        try {
            write(now, message, recipient, file);
            return DELIVERED;
        } catch (IOException e) {
            LOG.warn("{} for {}: could not write {}", message.id(), recipient.address(), file, e);
            return FAILED; // the path is nobody's business but the operator's
        }
    }

    private static void write(Settings now, Message message, Recipient recipient, Path file) throws IOException {
        Path folder = file.getParent();
        Files.createDirectories(folder);
        // The names in the pattern are safe; a symbolic link that somebody put there may still lead out
        if (!folder.toRealPath().startsWith(now.directory.toRealPath())) {
            throw new IOException(folder + " leads out of " + now.directory);
        }
        Path temporary = Files.createTempFile(folder, ".", ".tmp");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                if (now.envelope) {
                    writeEnvelope(message, recipient, out);
                }
                message.content().writeTo(out);
                out.flush();
                if (now.sync) {
                    channel.force(true);
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        if (now.sync) {
            syncDirectory(folder);
        }
    }

    /** RFC 5321 section 4.4: the last hop records the reverse-path. An address holds no line breaks. */
    private static void writeEnvelope(Message message, Recipient recipient, OutputStream out) throws IOException {
        String fields = "Return-Path: <" + message.envelope().sender().address() + ">\r\n"
                + "Delivered-To: " + recipient.address() + "\r\n"
                + "X-MTA-Id: " + message.id() + "\r\n";
        out.write(fields.getBytes(StandardCharsets.UTF_8));
    }

    /** Without it the name, though not the content, may be lost in a crash. */
    private static void syncDirectory(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
