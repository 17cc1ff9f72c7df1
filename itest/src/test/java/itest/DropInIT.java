package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Bundles dropped into a running node and steered by its console, as an operator does it. */
public class DropInIT {

    private static final long LIMIT_SECONDS = 60;
    private static final String BINDING = """
            binding:
              greeter:
                plugin: greeter
                point: Reception
                stages: [rcpt]
                order: 1
                required: true
                onMissing: next
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    private NodeProcess node;
    private Console console;
    private Path deploy;
    private Path elsewhere;

    @Before
    public void start() throws Exception {
        node = new NodeProcess(folder.newFolder("node").toPath(), BINDING).start();
        console = new Console(node);
        deploy = node.data().resolve("deploy");
        elsewhere = folder.newFolder("elsewhere").toPath();
    }

    @After
    public void stop() {
        node.close();
    }

    private static PluginJar greeter(String version) {
        return new PluginJar("greeter").version(version);
    }

    @Test
    public void whatIsDroppedGoesLiveIsReplacedAndGoes() throws Exception {
        assertEquals("nobody", greeting());
        greeter("1.0.0").to(deploy.resolve("greeter.jar"));
        await("1.0.0 is live", () -> greeting().equals("1.0.0"));
        greeter("1.1.0").to(deploy.resolve("greeter.jar"));
        await("1.1.0 took its place", () -> greeting().equals("1.1.0"));
        // Another file with a higher version beside it, then without the first one: never nobody.
        greeter("1.2.0").to(deploy.resolve("greeter-1.2.0.jar"));
        await("1.2.0 took its place", () -> greeting().equals("1.2.0"));
        Files.delete(deploy.resolve("greeter.jar"));
        await("it is seen", () -> !list().contains("1.1.0"));
        assertEquals("1.2.0", greeting());
        Files.delete(deploy.resolve("greeter-1.2.0.jar"));
        await("it is gone", () -> greeting().equals("nobody"));
        assertFalse(list(), list().contains("test.greeter"));
        String records = console.ask("records", "last", "200").text();
        for (String change : new String[] {"installed", "updated", "uninstalled"}) {
            assertTrue(records, records.contains("change=" + change));
        }
    }

    @Test
    public void whatDoesNotWorkIsRefusedWithItsReasonAndTheOldOneStays() throws Exception {
        Path jar = deploy.resolve("greeter.jar");
        greeter("1.0.0").to(jar);
        await("1.0.0 is live", () -> greeting().equals("1.0.0"));

        greeter("1.1.0")
                .header("Import-Package", "com.acme.words;version=\"[3,4)\",*")
                .to(jar);
        waits("1.1.0", "package com.acme.words [3.0.0,4.0.0), which nothing offers");
        greeter("1.2.0")
                .header("Import-Package", "mta.plugins.api;version=\"[7,8)\",*")
                .to(jar);
        refused("1.2.0", "mta.plugins.api [7.0.0,8.0.0): it was built for another plugin API; this node has 1.");
        greeter("1.3.0")
                .header("Require-Capability", "acme;filter:=\"(size=7)\"")
                .to(jar);
        waits("1.3.0", "capability acme (size=7), which nothing offers");
        greeter("1.4.0").header("Test-Fault", "selftest").to(jar);
        refused("1.4.0", "its selftest failed: its words are gone");
        greeter("1.5.0").header("Test-Fault", "activation").to(jar);
        refused("1.5.0", "no such luck");
        greeter("1.6.0").header("Bundle-Activator", "com.acme.Missing").to(jar);
        waits("1.6.0", "package com.acme, which nothing offers");
        greeter("1.7.0").header("-dsannotations", "none").to(jar);
        refused("1.7.0", "binding greeter requires greeter at Reception, which this version does not offer");

        byte[] whole = Files.readAllBytes(greeter("1.8.0").to(elsewhere.resolve("greeter.jar")));
        Files.write(deploy.resolve("half.jar"), Arrays.copyOf(whole, whole.length / 2));
        await("half a jar is refused", () -> list().contains("not a whole one"));
        Files.move(elsewhere.resolve("greeter.jar"), jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await("1.8.0 took its place", () -> greeting().equals("1.8.0"));
    }

    private void refused(String version, String reason) throws Exception {
        stays(version, reason, "refused");
    }

    /** For what may still come. */
    private void waits(String version, String reason) throws Exception {
        stays(version, reason, "waiting");
    }

    private void stays(String version, String reason, String state) throws Exception {
        await(version + " is refused", () -> info().contains(version + " refused"));
        String info = info();
        assertTrue(info, info.contains(reason));
        assertTrue(info, info.contains("1.0.0 stays"));
        assertEquals("1.0.0", greeting());
        String list = list();
        assertTrue(list, list.contains(state));
    }

    /** Bundles a and b each import a package of the other; c imports one of a. */
    @Test
    public void bundlesThatNeedEachOtherGoLiveTogetherAndFallTogether() throws Exception {
        PluginJar a = pair("left", "com.acme.left", "com.acme.right");
        PluginJar b = pair("right", "com.acme.right", "com.acme.left");
        a.to(deploy.resolve("a.jar"));
        await("a waits", () -> states().contains("test.left waiting"));
        assertTrue(list(), list().contains("needs package com.acme.right, which nothing offers"));
        greeter("1.0.0").header("Import-Package", "com.acme.left,*").to(deploy.resolve("greeter.jar"));
        await("the greeter waits", () -> states().contains("test.greeter waiting"));
        await("it is said for what", () -> list().contains("needs bundle test.left, which does not resolve itself"));
        assertEquals("nobody", greeting());
        b.to(deploy.resolve("b.jar"));
        await("the greeter is live", () -> greeting().equals("1.0.0"));
        for (String bundle : new String[] {"left", "right", "greeter"}) {
            await(bundle + " is live", () -> states().contains("test." + bundle + " live"));
        }

        Files.delete(deploy.resolve("b.jar"));
        await("a waits again", () -> states().contains("test.left waiting"));
        await("the greeter waits again", () -> states().contains("test.greeter waiting"));
        assertEquals("nobody", greeting());
        // Both at the same time, this time with one that fails its own test: nobody is half there.
        greeter("1.1.0")
                .header("Import-Package", "com.acme.left,*")
                .header("Test-Fault", "selftest")
                .to(deploy.resolve("greeter.jar"));
        b.version("2.0.0").to(deploy.resolve("b.jar"));
        await("a is live", () -> states().contains("test.left live"));
        await("the greeter is refused", () -> states().contains("test.greeter refused"));
        assertEquals("nobody", greeting());
    }

    private static PluginJar pair(String name, String exports, String imports) {
        return new PluginJar(name)
                .version("1.0.0")
                .header("Private-Package", "itest.plugins.note")
                .header("-exportcontents", exports)
                .header("Import-Package", imports + ",*");
    }

    private String states() {
        var states = new StringBuilder();
        var line = java.util.regex.Pattern.compile(
                "\"plugin\": *\"([^\"]*)\", *\"version\": *\"[^\"]*\", *\"state\": *\"([^\"]*)\"");
        var found = line.matcher(list());
        while (found.find()) {
            states.append(found.group(1)).append(' ').append(found.group(2)).append('\n');
        }
        return states.toString();
    }

    @Test
    public void aDraftInTheFolderIsNoPlugin() throws Exception {
        Path jar = greeter("1.0.0").to(elsewhere.resolve("greeter.jar"));
        Files.copy(jar, deploy.resolve("greeter.jar.part"));
        Files.copy(jar, deploy.resolve(".greeter.jar"));
        new PluginJar("mark")
                .version("1.0.0")
                .header("Private-Package", "itest.plugins.mark,itest.plugins.note")
                .to(deploy.resolve("mark.jar"));
        await("the folder was looked at", () -> states().contains("test.mark live"));
        assertEquals("nobody", greeting());
        assertFalse(answer("lb", "-s"), answer("lb", "-s").contains("test.greeter"));
        Files.move(deploy.resolve("greeter.jar.part"), deploy.resolve("greeter.jar"));
        await("it goes live under its name", () -> greeting().equals("1.0.0"));
    }

    @Test
    public void theConsoleDoesTheSame() throws Exception {
        Path one = greeter("1.0.0").to(elsewhere.resolve("greeter-1.0.0.jar"));
        Path two = greeter("2.0.0").header("Mta-Update", "in-place").to(elsewhere.resolve("greeter-2.0.0.jar"));
        Path bad = greeter("3.0.0")
                .header("Mta-Update", "in-place")
                .header("Test-Fault", "selftest")
                .to(elsewhere.resolve("greeter-3.0.0.jar"));
        fails("is not there yet", "update", one);
        does("test.greeter 1.0.0 is live; kept as deploy/greeter-1.0.0.jar", "install", one);
        assertEquals("1.0.0", greeting());
        fails("1.0.0 is there", "install", two);
        does("in the place of 1.0.0", "update", two);
        assertEquals("2.0.0", greeting());
        assertFalse(Files.exists(deploy.resolve("greeter-1.0.0.jar")));
        fails("its words are gone; 2.0.0 stays", "update", bad);
        assertEquals("2.0.0", greeting());

        fails("mail would be put off", "disable", "greeter");
        does("is disabled", "disable", "greeter", "--force");
        assertEquals("nobody", greeting());
        assertEquals(0, node.terminate());
        node.start();
        assertEquals("nobody", greeting());
        assertTrue(list(), list().contains("disabled"));
        does("2.0.0 is live", "enable", "test.greeter");
        assertEquals("2.0.0", greeting());
        does("is gone", "uninstall", "greeter", "--force");
        assertEquals("nobody", greeting());
        assertFalse(Files.exists(deploy.resolve("greeter-2.0.0.jar")));
    }

    @Test
    public void aBundleOfTheDistributionCanBeReplacedAndComesBack() throws Exception {
        Path own = Distribution.HOME.resolve("system/30/plugins.discard.jar");
        does("is live in the place of", "update", own);
        assertTrue(list(), list().contains("deploy/plugins.discard.jar") && list().contains("replaced"));
        does("is in force again", "uninstall", "discard");
        assertFalse(list(), list().contains("replaced"));
        does("is disabled", "disable", "discard");
        assertEquals(0, node.terminate());
        node.start();
        assertTrue(list(), list().contains("disabled"));
        does("is live", "enable", "discard");
        fails("belongs to the distribution", "uninstall", "discard");
        fails("binding relay-control requires", "disable", "relay-control");
    }

    @Test
    public void theTablesFitAndSayWhatRuns() throws Exception {
        greeter("1.0.0").to(deploy.resolve("greeter.jar"));
        await("1.0.0 is live", () -> greeting().equals("1.0.0"));
        for (String[] words : new String[][] {{"plugin", "list"}, {"plugin", "stats"}, {"plugin", "info", "greeter"}}) {
            String table = console.ask(80, words).text();
            assertTrue(table, table.lines().allMatch(line -> line.length() <= 80));
        }
        String stats = console.ask("plugin", "stats", "greeter", "--json").text();
        assertTrue(stats, stats.contains("\"stage\": \"rcpt\""));
        String script = console.ask("plugin", "info", "script").text();
        assertTrue(script, script.contains("runtime") && script.contains("not loaded"));
        Files.writeString(
                node.data().resolve("scripts/hello.mjs"),
                "export default { name: 'hello', api: 1, reception: { rcpt(tx, to) {} } };\n");
        await("the script is live", () -> list().contains("scripts/hello.mjs"));
        String runs = console.ask("plugin", "info", "script").text();
        assertTrue(runs, runs.contains("GraalJS, interpreter") || runs.contains("GraalJS, optimizing"));
        assertEquals(64, console.ask("plugin", "remove").status());
        assertEquals(64, console.ask("plugin", "install", "greeter.jar").status());
    }

    private void does(String text, String verb, Object... words) throws IOException {
        Console.Answer answer = plugin(verb, words);
        assertTrue(answer.text(), answer.status() == 0 && answer.text().contains(text));
    }

    private void fails(String text, String verb, Object... words) throws IOException {
        Console.Answer answer = plugin(verb, words);
        assertTrue(answer.text(), answer.status() == 1 && answer.text().contains(text));
    }

    private Console.Answer plugin(String verb, Object... words) throws IOException {
        String[] all = new String[words.length + 2];
        all[0] = "plugin";
        all[1] = verb;
        for (int i = 0; i < words.length; i++) {
            all[i + 2] = words[i].toString();
        }
        return console.ask(all);
    }

    private String list() {
        return answer("plugin", "list", "--json");
    }

    private String info() {
        return answer("plugin", "info", "greeter");
    }

    private String answer(String... words) {
        try {
            return console.ask(words).text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which version answers. */
    private String greeting() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(30_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            in.readLine();
            socket.getOutputStream()
                    .write("HELO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<version@d.example>\r\nQUIT\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            in.readLine();
            in.readLine();
            String reply = in.readLine();
            return reply.startsWith("550 5.7.1 greeter ")
                    ? reply.substring("550 5.7.1 greeter ".length())
                    : reply.startsWith("250") ? "nobody" : reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            boolean inTime = System.nanoTime() < end;
            assertTrue(inTime ? "" : "waited too long until " + what + "\n" + list() + node.said(), inTime);
            Thread.sleep(20);
        }
    }
}
