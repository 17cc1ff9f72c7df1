package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.Test;

/** Who imports whom, read from the manifests of the built bundles, is what design and cnf/import-rules say. */
public class ImportRulesIT {

    private final ImportRules rules = ImportRules.read(Distribution.ROOT.resolve("cnf/import-rules"));

    public ImportRulesIT() throws IOException {}

    @Test
    public void aForbiddenImportIsFound() {
        assertEquals(
                List.of("plugins.x may not import mta.core.hooks", "plugins.x may not import plugins.y"),
                rules.violations("plugins.x", List.of("mta.plugins.api.smtp", "mta.core.hooks", "plugins.y", "a.b")));
        assertFalse(rules.violations("mta.plugins.api", List.of("org.slf4j")).isEmpty());
        assertFalse(rules.violations("mta.queue", List.of("mta.smtp.wire")).isEmpty());
        assertFalse(rules.violations("unheard.of", List.of()).isEmpty());
    }

    @Test
    public void bundlesImportWhatTheyMay() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path jar : ownBundles()) {
            Attributes manifest = manifest(jar);
            String bundle = symbolicName(manifest);
            wrong.addAll(rules.violations(bundle, packages(manifest.getValue("Import-Package"))));
            for (String header : List.of("Require-Bundle", "DynamicImport-Package", "Fragment-Host")) {
                if (manifest.getValue(header) != null) {
                    wrong.add(bundle + " has the header " + header);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    public void bundlesExportOnlyTheirOwnPackages() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path jar : ownBundles()) {
            Attributes manifest = manifest(jar);
            // plugins.relay-control has its classes below plugins.relaycontrol: Java knows no hyphen
            String root = symbolicName(manifest).replace("-", "");
            for (String name : packages(manifest.getValue("Export-Package"))) {
                if (!name.equals(root) && !name.startsWith(root + ".")) {
                    wrong.add(symbolicName(manifest) + " exports " + name);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    public void theLauncherKnowsOsgiOnly() throws IOException {
        Set<String> packages = new TreeSet<>();
        try (JarFile jar =
                new JarFile(Distribution.HOME.resolve("lib/launcher.jar").toFile())) {
            for (JarEntry entry :
                    jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                for (var constant : ClassFile.of().parse(bytes).constantPool()) {
                    if (constant instanceof ClassEntry type
                            && !type.asInternalName().startsWith("[")) {
                        String name = type.asInternalName().replace('/', '.');
                        packages.add(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
                    }
                }
            }
        }
        packages.removeIf(name -> name.equals("mta.launcher"));
        assertTrue(packages.contains("org.osgi.framework.launch"));
        assertEquals(List.of(), rules.violations("launcher", packages));
    }

    @Test
    public void everyPluginOfTheSourceTreeIsInTheDistribution() throws IOException {
        String poms = Files.readString(Distribution.ROOT.resolve("plugins/pom.xml"));
        List<String> bundles = Stream.concat(Distribution.bundles("30").stream(), Distribution.bundles("40").stream())
                .map(jar -> jar.getFileName().toString())
                .toList();
        List<String> missing = poms.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("<module>"))
                .map(line -> "plugins." + line.replaceAll("</?module>", "") + ".jar")
                .filter(name -> !bundles.contains(name))
                .map(name -> name + " is no dependency of launcher/pom.xml")
                .toList();
        assertEquals(List.of(), missing);
    }

    private static List<Path> ownBundles() throws IOException {
        List<Path> jars = new ArrayList<>(Distribution.bundles("20"));
        jars.addAll(Distribution.bundles("30"));
        Distribution.bundles("40").stream()
                .filter(jar -> jar.getFileName().toString().startsWith("plugins."))
                .forEach(jars::add);
        assertTrue("bundles in " + Distribution.HOME, jars.size() >= 5);
        return jars;
    }

    private static Attributes manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }

    private static String symbolicName(Attributes manifest) {
        return manifest.getValue("Bundle-SymbolicName").split(";")[0].strip();
    }

    /** The names in a header like {@code a.b;version="[1,2)",c;x:="d,e"}. */
    private static List<String> packages(String header) {
        List<String> names = new ArrayList<>();
        for (String clause : (header == null ? "" : header).split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
            for (String part : clause.split(";")) {
                if (!part.isBlank() && !part.contains("=")) {
                    names.add(part.strip());
                }
            }
        }
        return names;
    }
}
