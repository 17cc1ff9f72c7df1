package plugins.maildir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
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
 * Delivers into the Maildir of each recipient. Channels run on virtual threads of the queue; thread-safe, its settings
 * are one immutable value.
 */
@Component(configurationPid = "mta.maildir")
@Plugin("maildir")
@Named("maildir")
@Designate(ocd = MaildirTransport.Config.class)
public final class MaildirTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(MaildirTransport.class);
    private static final Reply DELIVERED = Reply.of(250, "2.0.0", "Delivered to maildir");
    private static final Reply UNKNOWN = Reply.of(550, "5.1.1", "User unknown");
    private static final Reply FAILED = Reply.of(451, "4.3.0", "Could not write to the maildir");

    @ObjectClassDefinition(name = "maildir", description = "The transport maildir: delivers into Maildirs.")
    @interface Config {

        @AttributeDefinition(description = "Where the Maildirs are; relative to the instance folder.")
        String directory() default "var/maildir";

        @AttributeDefinition(description = "Which is whose, below the directory, with {local} and {domain} in it.")
        String pattern() default "{domain}/{local}";

        @AttributeDefinition(description = "What begins a detail, as in user+detail, that is left out; empty: none.")
        String separator() default "+";

        @AttributeDefinition(
                description = "Whether a Maildir that is missing is made; otherwise its owner is unknown (550 5.1.1).")
        boolean create() default false;
    }

    private record Settings(java.nio.file.Path root, Place place, boolean create) {

        static Settings of(Config config) {
            java.nio.file.Path root = java.nio.file.Path.of(System.getProperty("mta.data", ""))
                    .resolve(config.directory())
                    .toAbsolutePath()
                    .normalize();
            return new Settings(root, new Place(root, config.pattern(), config.separator()), config.create());
        }
    }

    private final String host = host();
    private volatile Settings settings;

    @Activate
    public MaildirTransport(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    /** As part of a file's name: maildir(5) has a slash written as \057 and a colon as \072. */
    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) {
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
            return settings.root.toString();
        }

        @Override
        public void close() {}
    }

    private Reply deliver(Settings now, Message message, Recipient recipient) {
        Optional<java.nio.file.Path> place = now.place.of(recipient.address());
        if (place.isEmpty()) {
            return UNKNOWN;
        }
        var maildir = new Maildir(place.get(), host);
        try {
            if (!maildir.exists() && now.create) {
                maildir.create();
            } else if (!Files.isDirectory(now.root)) {
                // A file system that is not mounted: everybody would be unknown
                throw new IOException(now.root + " is not there");
            } else if (!maildir.exists()) {
                return UNKNOWN;
            }
            // The names in the pattern are safe; a symbolic link that somebody put there may still lead out
            if (!place.get().toRealPath().startsWith(now.root.toRealPath())) {
                throw new IOException(place.get() + " leads out of " + now.root);
            }
            maildir.deliver(message, recipient, digest(recipient));
            return DELIVERED;
        } catch (IOException e) {
            LOG.warn("{} for {}: could not deliver into {}", message.id(), recipient.address(), place.get(), e);
            return FAILED; // the path is nobody's business but the operator's
        }
    }

    /** Two recipients of a message may share a Maildir: user+a and user+b. */
    private static String digest(Recipient recipient) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(recipient.address().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
