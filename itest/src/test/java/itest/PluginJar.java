package itest;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plugin's bundle as its author would build it: one package of {@code itest.plugins}, put into a jar by bnd. */
final class PluginJar {

    private final String name;
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** @param name of the package below {@code itest.plugins}; the bundle is {@code test.NAME} */
    PluginJar(String name) {
        this.name = name;
        header("Bundle-SymbolicName", "test." + name);
        header("Private-Package", "itest.plugins." + name);
        header("Import-Package", "*");
        header("-dsannotations", "*");
        header("-noextraheaders", "true");
    }

    PluginJar header(String key, String value) {
        headers.put(key, value);
        return this;
    }

    PluginJar version(String version) {
        return header("Bundle-Version", version);
    }

    /** Builds it at this place, where it appears as a whole. */
    Path to(Path target) throws Exception {
        try (Builder builder = new Builder()) {
            builder.addClasspath(classes());
            builder.addClasspath(
                    Distribution.HOME.resolve("system/20/mta.plugins.api.jar").toFile());
            headers.forEach(builder::setProperty);
            Jar jar = builder.build();
            // What com.acme has to do with it is meant to be wrong.
            List<String> errors = builder.getErrors().stream()
                    .filter(error -> !error.contains("com.acme"))
                    .toList();
            if (!errors.isEmpty()) {
                throw new IllegalStateException(name + ": " + errors);
            }
            Path draft = target.resolveSibling("." + target.getFileName() + ".new");
            jar.write(draft.toFile());
            // bnd makes it as old as its newest class; a watcher of the folder goes by time and size.
            Files.setLastModifiedTime(draft, FileTime.from(Instant.now()));
            return Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static File classes() throws Exception {
        return Path.of(PluginJar.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toFile();
    }
}
