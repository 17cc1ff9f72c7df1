package plugins.authcertificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mta.plugins.api.io.TlsInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@link Users}. Looked at again when it has changed, at most once a second, by whoever asks first; a file with a
 * mistake leaves the old users in force. Thread-safe.
 */
@Component(service = Certificates.class, configurationPid = "mta.auth-certificate")
@Designate(ocd = Certificates.Config.class)
public final class Certificates {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final long LARGEST = 16L << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Clocks differ a little. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    @ObjectClassDefinition(name = "auth-certificate", description = "Users by their TLS client certificates.")
    @interface Config {

        @AttributeDefinition(
                description = "The file, lines of a user and what its certificate has: cert:SHA256, key:SHA256,"
                        + " subject:, dns:, email: or uri:; relative to the instance folder.")
        String file() default "conf/certificates";
    }

    private final InstantSource clock;
    private volatile Users users = new Users(List.of());
    private volatile long looked;
    private Path file; // this and the next: guarded by this
    private Optional<FileTime> modified = Optional.of(FileTime.fromMillis(0));

    @Activate
    public Certificates(Config config) {
        this(config, InstantSource.system());
    }

    Certificates(Config config, InstantSource clock) {
        this.clock = clock;
        modified(config);
    }

    @Modified
    synchronized void modified(Config config) {
        file = Path.of(System.getProperty("mta.data", ""))
                .resolve(config.file())
                .toAbsolutePath()
                .normalize();
        modified = Optional.of(FileTime.fromMillis(0));
        look();
    }

    /** The user whose certificate it is. */
    Optional<String> user(TlsInfo tls) {
        if (tls.certificate().isEmpty()) {
            return Optional.empty();
        }
        if (System.nanoTime() - looked > LOOK_NANOS) {
            look();
        }
        return users.find(tls, clock.instant(), LEEWAY);
    }

    private synchronized void look() {
        looked = System.nanoTime();
        try {
            Optional<FileTime> now = time();
            if (now.equals(modified)) {
                return;
            }
            modified = now;
            if (now.isPresent() && Files.size(file) > LARGEST) {
                throw new IllegalArgumentException("larger than 16 MiB");
            }
            users = now.isPresent() ? Users.parse(Files.readAllLines(file)) : new Users(List.of());
            if (now.isPresent()) {
                LOG.info("{}: {} lines of certificates", file, users.lines().size());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("{}: {}; the old users stay", file, e.getMessage());
        }
    }

    private Optional<FileTime> time() throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
