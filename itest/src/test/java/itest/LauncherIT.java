package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The launcher as a process, with the console and a bundle that plays the node. */
public class LauncherIT {

    private static final long LIMIT_SECONDS = 60;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    private final List<Process> started = new ArrayList<>();
    private Path home;
    private Path data;

    @Before
    public void aDistributionWithoutTheNode() throws IOException {
        home = folder.newFolder("home").toPath();
        data = folder.getRoot().toPath().resolve("data");
        for (String part : List.of("lib", "etc", "conf")) {
            Files.createSymbolicLink(home.resolve(part), Distribution.HOME.resolve(part));
        }
        Files.createDirectories(home.resolve("system/20"));
        for (String level : List.of("05", "10", "40")) {
            Files.createSymbolicLink(home.resolve("system/" + level), Distribution.HOME.resolve("system/" + level));
        }
        Files.createSymbolicLink(
                home.resolve("system/20/mta.plugins.api.jar"),
                Distribution.HOME.resolve("system/20/mta.plugins.api.jar"));
        marker(home.resolve("system/20/marker.jar"), "org.osgi.framework");
    }

    @After
    public void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    public void aNodeStartsAnswersVerbsAndStopsInOrder() throws Exception {
        Process node = node();
        BufferedReader out = node.inputReader();
        String ready = out.readLine();
        assertTrue(ready, ready.matches("mta ready in [0-9]+ ms: test"));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("var"))));
        Path socket = data.resolve("var/mta.sock");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));

        Said verbs = mta("verbs", "--json");
        assertEquals(verbs.toString(), 0, verbs.status());
        assertTrue(verbs.out(), verbs.out().contains("{\"verb\": \"shutdown\""));
        assertTrue(mta("lb").out().contains("plugins.console"));
        assertTrue(mta("scr:list").out().contains("plugins.console.ControlSocket"));
        // words reach the command as they are: nothing in them is Gogo's syntax
        Said odd = mta("gogo:echo", "a b", "$(shutdown)", "'", "", "x;y");
        assertEquals("a b $(shutdown) '  x;y\n", odd.out());
        assertEquals(64, mta("no-such-verb").status());
        assertEquals(64, mta("verbs", "too", "many").status());

        Process second = node();
        assertEquals(1, exit(second));
        assertTrue(text(second.getErrorStream()).contains("another node (pid " + node.pid() + ")"));

        node.toHandle().destroy(); // SIGTERM; destroy() on the process would close its streams
        assertEquals(0, exit(node));
        assertEquals("mta stopped", out.readLine());
        assertFalse(Files.exists(socket));
        assertEquals(69, mta("verbs").status());
    }

    @Test
    public void bundlesOnTheClassPathRunFromThere() throws Exception {
        Process node = started(command(classPath()));
        assertTrue(node.inputReader().readLine().startsWith("mta ready"));
        Said locations = mta("lb", "-l");
        assertTrue(locations.out(), locations.out().contains("connect:" + home.resolve("system/20/marker.jar")));
        assertTrue(mta("scr:list").out().contains("plugins.console.ControlSocket"));
        assertEquals(0, mta("shutdown").status());
        assertEquals(0, exit(node));
    }

    private String classPath() throws IOException {
        try (Stream<Path> lib = Files.list(home.resolve("lib/"));
                Stream<Path> system = Files.walk(home.resolve("system"), FileVisitOption.FOLLOW_LINKS)) {
            return Stream.concat(lib, system)
                    .map(Path::toString)
                    .filter(path -> path.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    @Test
    public void theVerbShutdownStopsTheNode() throws Exception {
        Process node = node();
        assertTrue(node.inputReader().readLine().startsWith("mta ready"));
        assertEquals(0, mta("shutdown").status());
        assertEquals(0, exit(node));
    }

    @Test
    public void aBundleThatDoesNotResolveIsNamedWithWhatItMisses() throws Exception {
        marker(home.resolve("system/20/zbroken.jar"), "org.osgi.framework,no.such.thing;version=\"[1.2,2)\"");
        Process node = node();
        assertEquals(1, exit(node));
        String said = text(node.getErrorStream());
        assertTrue(said, said.contains("zbroken needs package no.such.thing [1.2.0,2.0.0), which nothing offers"));
    }

    @Test
    public void aNodeThatRefusesItsConfigurationEndsWithItsStatus() throws Exception {
        Process node = node("-Dmta.test.ready=conf/x.yaml:3: no such key");
        assertEquals(78, exit(node));
        assertTrue(text(node.getErrorStream()).contains("mta: not started: conf/x.yaml:3: no such key"));
    }

    private Process node(String... properties) throws IOException {
        return started(command(home.resolve("lib") + "/*", properties));
    }

    private List<String> command(String classPath, String... properties) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("@" + home.resolve("etc/jvm.options"));
        command.addAll(List.of("-Dmta.home=" + home, "-Dmta.data=" + data));
        command.addAll(List.of(properties));
        command.addAll(List.of("-cp", classPath, "mta.launcher.Main"));
        return command;
    }

    private Process started(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private record Said(int status, String out, String err) {}

    private Said mta(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Distribution.ROOT.resolve("mta").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MTA_DATA", data.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        started.add(process);
        process.getOutputStream().close();
        return new Said(exit(process), text(process.getInputStream()), text(process.getErrorStream()));
    }

    /** For processes whose output fits the pipe. */
    private static int exit(Process process) throws InterruptedException {
        assertTrue("ended in time", process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A bundle with {@link ReadyMarker}, named after its file. */
    private static void marker(Path jar, String imports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", jar.getFileName().toString().replace(".jar", ""));
        headers.putValue("Bundle-Activator", ReadyMarker.class.getName());
        headers.putValue("Import-Package", imports);
        String entry = ReadyMarker.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream bytes = ReadyMarker.class.getResourceAsStream("/" + entry)) {
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
    }
}
