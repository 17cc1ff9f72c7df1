package mta.testkit.author.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Every kind of project, compiled and tested with what its templates say, without Maven. */
class NewProjectTest {

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void fakeDistribution() throws Exception {
        home = folder.resolve("home");
        jar("system/20/mta.plugins.api.jar", "0.1.0.SNAPSHOT");
        jar("testkit/mta.testkit.plugin.jar", "0.1.0.SNAPSHOT");
        Files.createDirectories(home.resolve("scripts"));
        Files.writeString(home.resolve("scripts/mta.d.ts"), "// types\n");
    }

    private void jar(String name, String version) throws Exception {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    private int make(String... words) throws Exception {
        String before = System.getProperty("mta.home");
        System.setProperty("mta.home", home.toString());
        try {
            return NewProject.run(words);
        } finally {
            if (before == null) {
                System.clearProperty("mta.home");
            } else {
                System.setProperty("mta.home", before);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PluginKind.class)
    void aProjectCompilesWithoutWarningsAndItsTestPasses(PluginKind kind) throws Exception {
        Path project = folder.resolve("project");
        assertEquals(0, make("plugin", "mta", "my-filter", "--dir", project.toString(), "--kind", kind.folder()));
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean text = !file.toString().endsWith(".jar");
                assertFalse(text && Files.readString(file).matches("(?s).*@[a-z]+@.*"), file.toString());
            }
        }
        Path classes = Files.createDirectories(project.resolve("classes"));
        List<String> compiler = new ArrayList<>(List.of(
                "-Xlint:all,-processing,-path,-classfile",
                "-Werror",
                "-proc:none",
                "-parameters",
                "-d",
                classes.toString(),
                "-cp",
                classPath()));
        try (Stream<Path> files = Files.walk(project.resolve("src"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> compiler.add(file.toString()));
        }
        assertEquals(
                0,
                ToolProvider.getSystemJavaCompiler().run(null, null, null, compiler.toArray(String[]::new)),
                "compiles");
        runTest(classes);
    }

    /** What the pom of a project names, wherever this test was started from. */
    private static String classPath() {
        return Stream.of(
                        mta.plugins.api.Plugin.class,
                        mta.testkit.plugin.Settings.class,
                        org.osgi.annotation.versioning.ProviderType.class,
                        org.osgi.service.component.annotations.Component.class,
                        org.osgi.service.metatype.annotations.Designate.class,
                        Test.class,
                        org.apiguardian.api.API.class,
                        org.opentest4j.AssertionFailedError.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static void runTest(Path classes) throws Exception {
        URL[] urls = {classes.toUri().toURL()};
        try (var loader = new URLClassLoader(urls, NewProjectTest.class.getClassLoader())) {
            var request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectClass(loader.loadClass("myfilter.MyFilterTest")))
                    .build();
            var listener = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request, listener);
            listener.getSummary()
                    .getFailures()
                    .forEach(failure -> failure.getException().printStackTrace());
            assertEquals(0, listener.getSummary().getTotalFailureCount());
            assertTrue(listener.getSummary().getTestsSucceededCount() >= 2);
        }
    }

    @Test
    void anApiThatIsStillWorkedOnHasItsChecksumInTheVersion() throws Exception {
        Path project = folder.resolve("project");
        assertEquals(0, make("plugin", "mta", "my-filter", "--dir", project.toString()));
        Matcher version = Pattern.compile("<mta.version>(0\\.1\\.0-[0-9a-f]{10})<")
                .matcher(Files.readString(project.resolve("pom.xml")));
        assertTrue(version.find());
        String name = "repository/mta/mta.plugins.api/VERSION/mta.plugins.api-VERSION.jar";
        assertTrue(Files.isRegularFile(project.resolve(name.replace("VERSION", version.group(1)))));
        jar("system/20/mta.plugins.api.jar", "1.2.3");
        Path other = folder.resolve("other");
        assertEquals(0, make("plugin", "mta", "my-filter", "--dir", other.toString()));
        assertTrue(Files.readString(other.resolve("pom.xml")).contains("<mta.version>1.2.3<"));
    }

    @Test
    void whatIsThereIsLeftAlone() throws Exception {
        Path project = Files.createDirectories(folder.resolve("project"));
        Path mine = Files.writeString(project.resolve("pom.xml"), "mine");
        assertEquals(1, make("plugin", "mta", "my-filter", "--dir", project.toString()));
        assertEquals("mine", Files.readString(mine));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "My-Filter", "1st", "a--b", "a-", "../x", "class", "reception", "a b", "é"})
    void badNamesAreRefused(String name) throws Exception {
        assertEquals(
                64,
                make("plugin", "mta", name, "--dir", folder.resolve("project").toString()));
        assertFalse(Files.exists(folder.resolve("project")));
    }

    @Test
    void wrongWordsAreRefused() throws Exception {
        assertEquals(64, make("plugin", "mta"));
        assertEquals(64, make("plugin", "mta", "a", "b"));
        assertEquals(64, make("plugin", "mta", "a", "--kind", "teapot"));
        assertEquals(64, make("script", "mta", "a", "--kind", "transport"), "not in JavaScript");
        assertEquals(64, make("plugin", "mta", "a", "--dir"));
        assertEquals(64, make("plugin", "mta", "a", "--colour"));
    }

    @Test
    void aScriptHasItsTestAndTypes() throws Exception {
        Path project = folder.resolve("project");
        assertEquals(0, make("script", "mta", "my-filter", "--dir", project.toString()));
        for (String file : List.of("my-filter.mjs", "my-filter.test.mjs", "conf/my-filter.yaml", "jsconfig.json")) {
            assertTrue(Files.isRegularFile(project.resolve(file)), file);
        }
        assertEquals("// types\n", Files.readString(project.resolve("mta.d.ts")));
    }

    private static String property(String pom, String name, String otherwise) {
        Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
        return value.find() ? value.group(1) : otherwise;
    }

    /** A made project is built with the plugins that this build is built with. */
    @Test
    void theVersionsOfMavenPluginsAreThoseOfThisBuild() throws Exception {
        String text = Files.readString(Path.of("../cnf/pom.xml"));
        String ours = Pattern.compile("\\$\\{([a-z.]+\\.version)\\}")
                .matcher(text)
                .replaceAll(use -> Matcher.quoteReplacement(property(text, use.group(1), use.group())));
        String theirs = new String(
                NewProject.class.getResourceAsStream("java/pom.xml").readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        Matcher plugin = Pattern.compile("<artifactId>([a-z-]+-maven-plugin|maven-[a-z-]+-plugin)</artifactId>\\s*"
                        + "<version>([^<]+)<")
                .matcher(theirs);
        int count = 0;
        while (plugin.find()) {
            count++;
            assertTrue(
                    Pattern.compile(Pattern.quote("<artifactId>" + plugin.group(1) + "</artifactId>") + "\\s*"
                                    + Pattern.quote("<version>" + plugin.group(2) + "<"))
                            .matcher(ours)
                            .find(),
                    plugin.group());
        }
        assertEquals(6, count);
    }
}
