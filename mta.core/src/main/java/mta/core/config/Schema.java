package mta.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import mta.plugins.api.config.SettingsCheck;

/**
 * All sections that the bundles know, from the Metatype in their jars: read from the files, so that a node that does not
 * run can be checked as well.
 */
public record Schema(Map<String, Section> sections) {

    private static final String METATYPE = "OSGI-INF/metatype/";

    public Schema {
        sections = Collections.unmodifiableMap(new TreeMap<>(sections));
    }

    /** The jars of a distribution, and those dropped into an instance. */
    static List<Path> jars(Path home, Path instance) throws IOException {
        var jars = new ArrayList<Path>();
        Path system = home.resolve("system");
        if (Files.isDirectory(system)) {
            try (Stream<Path> levels = Files.list(system)) {
                for (Path level : levels.sorted().toList()) {
                    jars.addAll(jars(level));
                }
            }
        }
        jars.addAll(jars(instance.resolve("deploy")));
        return jars;
    }

    private static List<Path> jars(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** A jar that cannot be read declares nothing: it may be on its way into the folder. */
    public static Schema read(Collection<Path> jars) {
        var sections = new TreeMap<String, Section>();
        for (Path jar : jars) {
            try {
                for (Section section : read(jar)) {
                    sections.put(section.name(), section);
                }
            } catch (IOException e) {
                org.slf4j.LoggerFactory.getLogger(Schema.class).warn("{}: {}", jar, e.toString());
            }
        }
        return new Schema(sections);
    }

    private static List<Section> read(Path jar) throws IOException {
        var sections = new ArrayList<Section>();
        Map<String, String> checks = Map.of();
        try (var file = new ZipFile(jar.toFile())) {
            for (var entries = file.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    try (InputStream in = file.getInputStream(entry)) {
                        checks = checks(new Manifest(in));
                    }
                }
                if (entry.getName().startsWith(METATYPE) && entry.getName().endsWith(".xml")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        sections.addAll(MetatypeFile.read(in));
                    }
                }
            }
        }
        Map<String, String> named = checks;
        return sections.stream()
                .map(section -> named.containsKey(section.name())
                        ? section.with(new Section.Check(jar, named.get(section.name())))
                        : section)
                .toList();
    }

    /** {@code Mta-Check: section=class, section=class}. */
    private static Map<String, String> checks(Manifest manifest) {
        String header = manifest.getMainAttributes().getValue(SettingsCheck.HEADER);
        var checks = new TreeMap<String, String>();
        for (String each : header == null ? new String[0] : header.split(",")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                checks.put(
                        each.substring(0, equals).strip(),
                        each.substring(equals + 1).strip());
            }
        }
        return checks;
    }
}
