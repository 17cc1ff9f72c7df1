package plugins.lookupsql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A database: its driver, looked for until it is there, and a pool of connections. Nothing waits for the database at
 * the start; who asks while it is away is told so. Thread-safe.
 */
final class Database implements AutoCloseable {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** @param drivers jars, and folders of jars */
    record Settings(
            String name, String url, String user, String password, List<Path> drivers, int pool, Duration timeout) {}

    private final Settings settings;
    private volatile HikariDataSource pool;
    // guarded by this
    private Optional<DriverJars> jars = Optional.empty();
    private String missing = "";
    private long looked;
    private boolean closed;

    Database(Settings settings) {
        this.settings = settings;
    }

    Connection connection() throws SQLException {
        HikariDataSource open = pool;
        return (open == null ? open() : open).getConnection();
    }

    private synchronized HikariDataSource open() throws SQLException {
        if (pool != null) {
            return pool;
        }
        boolean recently = !missing.isEmpty() && System.nanoTime() - looked < LOOK_NANOS;
        if (closed || recently) {
            throw new SQLException(closed ? "closed" : missing);
        }
        looked = System.nanoTime();
        try {
            DriverJars found = DriverJars.of(settings.drivers());
            Optional<Driver> driver = found.driver(settings.url());
            if (driver.isEmpty()) {
                found.close();
                missing = "no driver for " + scheme(settings.url()) + " in " + settings.drivers();
                throw new SQLException(missing);
            }
            jars = Optional.of(found);
            pool = new HikariDataSource(configuration(driver.get()));
            return pool;
        } catch (IOException e) {
            throw new SQLException("drivers cannot be read: " + e.getMessage(), e);
        }
    }

    /** Without what follows: it may hold a password. */
    private static String scheme(String url) {
        int second = url.indexOf(':', url.indexOf(':') + 1);
        return second < 0 ? "its URL" : url.substring(0, second + 1);
    }

    private HikariConfig configuration(Driver driver) {
        var properties = new Properties();
        if (!settings.user().isEmpty()) {
            properties.put("user", settings.user());
        }
        if (!settings.password().isEmpty()) {
            properties.put("password", settings.password());
        }
        var configuration = new HikariConfig();
        configuration.setPoolName("lookup-sql." + settings.name());
        configuration.setDataSource(new DriverSource(driver, settings.url(), properties));
        configuration.setMaximumPoolSize(settings.pool());
        configuration.setMinimumIdle(1);
        configuration.setConnectionTimeout(Math.max(250, settings.timeout().toMillis()));
        configuration.setValidationTimeout(Math.max(250, settings.timeout().toMillis() / 2));
        configuration.setInitializationFailTimeout(-1); // the node starts without its database
        configuration.setThreadFactory(Thread.ofPlatform()
                .daemon()
                .name("lookup-sql/" + settings.name())
                .factory());
        return configuration;
    }

    Duration timeout() {
        return settings.timeout();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            pool.close();
        }
        try {
            if (jars.isPresent()) {
                jars.get().close();
            }
        } catch (IOException e) {
            // nothing is read from them any more
        }
    }
}
