package plugins.lookupsql;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * JDBC drivers from jars that somebody put into a folder. They see the JDK, each other and the log, nothing of the node.
 */
final class DriverJars extends URLClassLoader {

    static {
        ClassLoader.registerAsParallelCapable();
    }

    private DriverJars(URL[] jars) {
        super("jdbc", jars, ClassLoader.getPlatformClassLoader());
    }

    /** @param places jars, and folders of jars */
    static DriverJars of(List<Path> places) throws IOException {
        var urls = new ArrayList<URL>();
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                            .sorted()
                            .toList()) {
                        urls.add(url(jar));
                    }
                }
            } else if (Files.isRegularFile(place)) {
                urls.add(url(place));
            }
        }
        return new DriverJars(urls.toArray(URL[]::new));
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    /** Some drivers log by slf4j, which the plugin has. */
    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        return name.startsWith("org.slf4j.")
                ? DriverJars.class.getClassLoader().loadClass(name)
                : super.findClass(name);
    }

    Optional<Driver> driver(String url) throws SQLException {
        try {
            for (Driver driver : ServiceLoader.load(Driver.class, this)) {
                if (driver.acceptsURL(url)) {
                    return Optional.of(driver);
                }
            }
            return Optional.empty();
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new SQLException("a driver cannot be loaded: " + e.getMessage(), e);
        }
    }
}
