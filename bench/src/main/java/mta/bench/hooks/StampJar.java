package mta.bench.hooks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Puts {@link mta.bench.stamp.Stamp} into a bundle of a given version. */
public final class StampJar {

    private static final String FOLDER = "mta/bench/stamp/";
    private static final String COMPONENT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="bench.stamp">
              <property name="mta.plugin" value="stamp"/>
              <implementation class="mta.bench.stamp.Stamp"/>
              <service><provide interface="mta.plugins.api.smtp.Reception"/></service>
            </scr:component>
            """;

    public static final String BINDING = """
            binding:
              stamp:
                plugin: stamp
                point: Reception
                stages: [rcpt]
                order: 1
                required: true
                onMissing: next
            """;

    private StampJar() {}

    public static Path write(Path target, String version) throws IOException {
        var manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "bench.stamp");
        main.putValue("Bundle-Version", version);
        main.putValue("Service-Component", "OSGI-INF/stamp.xml");
        main.putValue(
                "Import-Package",
                "mta.plugins.api;version=\"[1,2)\",mta.plugins.api.mail;version=\"[1,2)\","
                        + "mta.plugins.api.smtp;version=\"[1,2)\"");
        Path draft = target.resolveSibling("." + target.getFileName() + ".new");
        try (var jar = new JarOutputStream(Files.newOutputStream(draft), manifest)) {
            add(jar, "OSGI-INF/stamp.xml", COMPONENT.getBytes(StandardCharsets.UTF_8));
            add(jar, FOLDER + "version", version.getBytes(StandardCharsets.US_ASCII));
            try (InputStream stamp = StampJar.class.getResourceAsStream("/" + FOLDER + "Stamp.class")) {
                add(jar, FOLDER + "Stamp.class", stamp.readAllBytes());
            }
        }
        return Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
