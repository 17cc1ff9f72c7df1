package plugins.authfile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import mta.plugins.api.config.Amount;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Checks names and passwords. Hashing is made to be slow, so only a few threads do it at once and the others wait a
 * while: a flood of logins must not take the processors away from mail. Runs on session threads; thread-safe.
 */
@Component(service = Logins.class, configurationPid = "mta.auth-file")
@Designate(ocd = Logins.Config.class)
public final class Logins {

    @ObjectClassDefinition(name = "auth-file", description = "Users with their hashed passwords, in a file.")
    @interface Config {

        @AttributeDefinition(
                description = "The file, lines of name:hash[:tenant[:disabled]]; relative to the instance" + " folder.")
        String file() default "conf/users";

        @AttributeDefinition(description = "Cost of the hashes that are made from now on (PBKDF2 iterations).")
        int iterations() default PasswordHash.DEFAULT_ITERATIONS;

        @AttributeDefinition(
                description = "How many passwords are checked at the same time; 0: half of the processors.")
        int concurrent() default 0;

        @AttributeDefinition(
                description =
                        "Duration. How long a login waits for its turn before it is told to try again" + " later.")
        String patience() default "10s";

        @AttributeDefinition(
                description = "Whether SCRAM-SHA-256 is offered, without TLS too, and passwords are kept so that it can"
                        + " check them. A user whose hash was made before needs another one for it.")
        boolean scram() default false;

        @AttributeDefinition(description = "Duration. How long others may believe what they were told of a user.")
        String ttl() default "10s";
    }

    private record Settings(
            UserFile file,
            int iterations,
            boolean scram,
            Semaphore turns,
            Duration patience,
            Duration ttl,
            String dummy) {
        static Settings of(Config config) {
            if (config.iterations() < 1000 || config.iterations() > 10_000_000) {
                throw new IllegalArgumentException("iterations: 1000 to 10000000, not " + config.iterations());
            }
            if (config.concurrent() < 0) {
                throw new IllegalArgumentException("concurrent: 0 or more, not " + config.concurrent());
            }
            int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
            Path data = Path.of(System.getProperty("mta.data", ""));
            return new Settings(
                    new UserFile(data.resolve(config.file()).toAbsolutePath().normalize()),
                    config.iterations(),
                    config.scram(),
                    new Semaphore(config.concurrent() == 0 ? half : config.concurrent(), true),
                    Amount.duration(config.patience()),
                    Amount.duration(config.ttl()),
                    // nobody's password: 32 bytes that no hash gives but by chance
                    "$pbkdf2-sha256$i=" + config.iterations() + "$" + "A".repeat(22) + "$" + "A".repeat(43));
        }
    }

    private volatile Settings settings;

    @Activate
    public Logins(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    /**
     * The user's name if name and password are right and the user is enabled. Takes as long for a name that nobody
     * has as for a wrong password, so that names cannot be found out by the clock.
     *
     * @throws IOException if its turn did not come
     */
    Optional<String> check(String name, String password) throws IOException {
        Settings now = settings;
        Optional<String> preparedName = Prepared.of(name);
        Optional<String> preparedPassword = Prepared.of(password);
        Optional<Entries.User> user = preparedName.flatMap(now.file::find);
        String hash = user.map(Entries.User::hash).or(now.file::anyHash).orElse(now.dummy);
        boolean right = verify(now, preparedPassword.orElse("?"), hash);
        return user.filter(known -> right && preparedPassword.isPresent() && known.enabled())
                .map(Entries.User::name);
    }

    private static boolean verify(Settings now, String password, String hash) throws IOException {
        try {
            if (!now.turns.tryAcquire(now.patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("too many logins at the same time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to check a password", e);
        }
        try {
            return PasswordHash.verify(password, hash);
        } finally {
            now.turns.release();
        }
    }

    Optional<Entries.User> find(String name) {
        return Prepared.of(name).flatMap(settings.file::find);
    }

    Duration ttl() {
        return settings.ttl;
    }

    Path file() {
        return settings.file.path();
    }

    int iterations() {
        return settings.iterations;
    }

    boolean scram() {
        return settings.scram;
    }

    /** As the settings want it. */
    String hash(String password) {
        Settings now = settings;
        return now.scram
                ? ScramKeys.make(password, now.iterations).text()
                : PasswordHash.make(password, now.iterations);
    }
}
