package mta.core.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReaderTest {

    /** In the form that bnd writes. */
    static final String METATYPE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0" localization="OSGI-INF/l10n/x">
              <OCD id="x.Node" name="node" description="The node.">
                <AD id="hostname" type="String" name="Hostname" default="" description="Its name."/>
                <AD id="stopTimeout" type="String" name="Stop timeout" default="30s" description="Duration. How long."/>
                <AD id="retry.first" type="String" required="false" description="Durations. The first."/>
              </OCD>
              <OCD id="x.Listener" name="listener" description="In.">
                <AD id="endpoint" type="String" name="Endpoint" description="Endpoint. Where to listen."/>
                <AD id="tls" type="String" default="starttls" name="Tls" description="When.">
                  <Option label="none" value="none"/><Option label="s" value="starttls"/>
                </AD>
                <AD id="wrappers" type="String" cardinality="2147483647" default="" name="W" description="Names."/>
                <AD id="ports" type="Integer" cardinality="2147483647" required="false" name="P" description="Ports."/>
                <AD id="max" type="Integer" min="0" max="100" default="10" name="M" description="At most."/>
                <AD id="large" type="Long" default="1" name="L" description="Large."/>
                <AD id="jitter" type="Double" min="0" max="1" default="0.1" name="J" description="Share."/>
                <AD id="size" type="String" default="1\\ MiB" name="S" description="Size. Of a message."/>
                <AD id="final." type="Boolean" default="false" name="final" description="Whether."/>
                <AD id="when" type="String" cardinality="2147483647" name="when.*" required="false" description="Only if."/>
              </OCD>
              <Designate pid="mta.node"><Object ocdref="x.Node"/></Designate>
              <Designate factoryPid="mta.listener"><Object ocdref="x.Listener"/></Designate>
            </metatype:MetaData>
            """;

    private static final Schema SCHEMA = schema();

    private static Schema schema() {
        try {
            var sections = new TreeMap<String, Section>();
            for (Section section :
                    MetatypeFile.read(new ByteArrayInputStream(METATYPE.getBytes(StandardCharsets.UTF_8)))) {
                sections.put(section.name(), section);
            }
            return new Schema(sections);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> good(String pid, String text) {
        ConfigurationRead read = Reader.read("x.yaml", text, SCHEMA);
        assertEquals(List.of(), read.problems());
        return read.settings().get(pid);
    }

    @Test
    void valuesHaveTheTypeOfTheirSetting() {
        Map<String, Object> mx = good("mta.listener~mx", """
                listener:
                  mx:
                    endpoint: "[::1]:2525"
                    tls: none
                    wrappers: [proxy, 007]
                    ports: [1, 2]
                    max: 7
                    large: 5000000000
                    jitter: 0.25
                    size: 10MiB
                    final: yes
                    when: {listener: [mx, "sub*"], tenant: acme}
                """);
        assertEquals("[::1]:2525", mx.get("endpoint"));
        assertEquals("none", mx.get("tls"));
        assertArrayEquals(new String[] {"proxy", "007"}, (String[]) mx.get("wrappers"));
        assertArrayEquals(new Integer[] {1, 2}, (Integer[]) mx.get("ports"));
        assertEquals(7, mx.get("max"));
        assertEquals(5_000_000_000L, mx.get("large"));
        assertEquals(0.25, mx.get("jitter"));
        assertEquals(true, mx.get("final"));
        assertArrayEquals(new String[] {"mx", "sub*"}, (String[]) mx.get("when.listener"));
        assertArrayEquals(new String[] {"acme"}, (String[]) mx.get("when.tenant"));
    }

    @Test
    void oneValueDoesForAList() {
        assertArrayEquals(new String[] {"proxy"}, (String[])
                good("mta.listener~mx", "listener: {mx: {endpoint: ':25', wrappers: proxy}}")
                        .get("wrappers"));
    }

    @Test
    void nothingBehindAKeyIsAsIfItWereNotThere() {
        assertEquals(Map.of(), good("mta.node", "node:\n  hostname:\n"));
        assertEquals(Map.of(), good("mta.node", "node:\n"));
        assertEquals(Map.of(), good("mta.node", "# nothing\n"));
        assertEquals(Map.of("hostname", ""), good("mta.node", "node: {hostname: ''}"));
    }

    @Test
    void dottedKeysMayBeWrittenAsMappings() {
        assertEquals(Map.of("retry.first", "1m, 5m"), good("mta.node", "node: {retry: {first: '1m, 5m'}}"));
        assertEquals(Map.of("retry.first", "1m"), good("mta.node", "node: {retry.first: 1m}"));
    }

    @Test
    void aliasesWork() {
        ConfigurationRead read =
                Reader.read("x.yaml", "listener:\n  a: &a {endpoint: ':25', max: 3}\n  b: *a\n", SCHEMA);
        assertEquals(List.of(), read.problems());
        assertEquals(3, read.settings().get("mta.listener~b").get("max"));
    }

    @Test
    void otherSettingsAndTheEnvironmentArePutIn() {
        String path = System.getenv("PATH");
        assertEquals(path, good("mta.node", "node: {hostname: '${env:PATH}'}").get("hostname"));
        assertEquals(
                "x.example:25",
                good(
                                "mta.listener~mx",
                                "node: {hostname: x.example}\nlistener: {mx: {endpoint: '${node.hostname}:25'}}")
                        .get("endpoint"));
    }

    @Test
    void secretsComeFromFiles(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        assertEquals(
                "s3cret",
                good("mta.node", "node: {hostname: '${file:UTF-8:" + secret + "}'}")
                        .get("hostname"));
    }

    record Bad(String text, String... problems) {}

    static List<Bad> bad() {
        return List.of(
                new Bad("nod: {}", "x.yaml:1: nod: no bundle knows this section; did you mean 'node'?"),
                new Bad("node:\n  hostnam: x", "x.yaml:2: node.hostnam: no such setting; did you mean 'hostname'?"),
                new Bad("node:\n  zzz: x", "x.yaml:2: node.zzz: no such setting"),
                new Bad(
                        "node:\n  stopTimeout: 30 sec",
                        "x.yaml:2: node.stopTimeout: a duration is a number with ms, s, m, h, d or w, such as 1h30m,"
                                + " not: 30 sec"),
                new Bad(
                        "listener:\n  mx:\n    endpoint: nowhere\n",
                        "x.yaml:3: listener.mx.endpoint: an endpoint is host:port, [address]:port or unix:path, not:"
                                + " nowhere"),
                new Bad("listener:\n  mx:\n    max: 1\n", "x.yaml:2: listener.mx: needs 'endpoint': Where to listen."),
                new Bad("listener:\n  mx:\n", "x.yaml:2: listener.mx: needs 'endpoint': Where to listen."),
                new Bad(
                        "listener: {mx: {endpoint: ':25', tls: startls}}",
                        "x.yaml:1: listener.mx.tls: 'startls' is none of none, starttls; did you mean 'starttls'?"),
                new Bad(
                        "listener: {mx: {endpoint: ':25', max: 101}}",
                        "x.yaml:1: listener.mx.max: 101 is not in 0..100"),
                new Bad(
                        "listener: {mx: {endpoint: ':25', max: many}}",
                        "x.yaml:1: listener.mx.max: needs a whole number, not 'many'"),
                new Bad(
                        "listener: {mx: {endpoint: ':25', jitter: NaN}}",
                        "x.yaml:1: listener.mx.jitter: needs a number, not 'NaN'"),
                new Bad(
                        "listener: {mx: {endpoint: ':25', final: maybe}}",
                        "x.yaml:1: listener.mx.final: needs true or false, not 'maybe'"),
                new Bad(
                        "listener: {mx: {endpoint: [':25']}}",
                        "x.yaml:1: listener.mx.endpoint: needs one endpoint, not a list"),
                new Bad(
                        "listener: {mx: {endpoint: {host: x}}}",
                        "x.yaml:1: listener.mx.endpoint: needs an endpoint, not settings of its own"),
                new Bad("listener: {mx: 25}", "x.yaml:1: listener.mx: holds settings, one on each line"),
                new Bad("listener: [mx]", "x.yaml:1: listener: holds names, and below each its settings"),
                new Bad(
                        "listener: {'m x': {endpoint: ':25'}}",
                        "x.yaml:1: listener.m x: a name is letters, digits, '-', '_' and '.'"),
                new Bad("node:\n  hostname: a\n  hostname: b\n", "x.yaml:3: node.hostname: stands already in line 2"),
                new Bad("node: {}\nnode: {}\n", "x.yaml:2: node: stands already in line 1"),
                new Bad(
                        "node: {hostname: '${env:NO_SUCH_VARIABLE}'}",
                        "x.yaml:1: node.hostname: ${env:NO_SUCH_VARIABLE} is not set"),
                new Bad(
                        "node: {hostname: '${script:javascript:1+1}'}",
                        "x.yaml:1: node.hostname: ${script:javascript:1+1} is not set"),
                new Bad(
                        "node:\n\thostname: x",
                        "x.yaml:2: not YAML: found character '\\t(TAB)' that cannot start any token."
                                + " (Do not use \\t(TAB) for indentation)"),
                new Bad("just text", "x.yaml:1: a file holds sections: name, colon, and its settings indented below"),
                new Bad("a: 1\n---\nb: 2\n", "x.yaml:2: not YAML: but found another document"),
                // all at once, in order
                new Bad(
                        "nod: {}\nnode:\n  hostname: [a]\nlistener:\n  mx: {max: -1}\n",
                        "x.yaml:1: nod: no bundle knows this section; did you mean 'node'?",
                        "x.yaml:3: node.hostname: needs one text, not a list",
                        "x.yaml:5: listener.mx.max: -1 is not in 0..100",
                        "x.yaml:5: listener.mx: needs 'endpoint': Where to listen."));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatIsWrongIsSaidWithItsPlace(Bad bad) {
        assertEquals(
                List.of(bad.problems()),
                Reader.read("x.yaml", bad.text(), SCHEMA).problems().stream()
                        .map(Problem::toString)
                        .toList());
    }

    @Test
    void aSmallFileThatStandsForAHugeOneIsRefused() {
        var laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            String before = "*a" + (i - 1);
            laughs.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(10, before))));
        }
        List<Problem> problems =
                Reader.read("x.yaml", laughs.toString(), SCHEMA).problems();
        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().text().contains("aliases"), problems.toString());
        problems = Reader.read("x.yaml", "node: &a {hostname: *a}", SCHEMA).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(Reader.read("x.yaml", "[".repeat(10_000), SCHEMA).problems().size() == 1);
    }

    @Test
    void sectionsMayBeSpreadOverFilesButNotKeys(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("a.yaml"), "node: {hostname: a}\nlistener: {mx: {endpoint: ':25'}}\n");
        Files.writeString(folder.resolve("b.yaml"), "node: {stopTimeout: 1s}\nlistener: {sub: {endpoint: ':587'}}\n");
        Files.writeString(folder.resolve("README"), "not: [yaml");
        ConfigurationRead read = Reader.read(folder, SCHEMA, Set.of());
        assertEquals(List.of(), read.problems());
        assertEquals(
                Map.of("hostname", "a", "stopTimeout", "1s"), read.settings().get("mta.node"));
        assertEquals(3, read.settings().size());
        Files.writeString(folder.resolve("c.yml"), "node: {hostname: c}\n\nlistener: {mx: {endpoint: ':26'}}\n");
        assertEquals(
                List.of(
                        "c.yml:1: node.hostname: stands already in a.yaml:1",
                        "c.yml:3: listener.mx: stands already in a.yaml:2"),
                Reader.read(folder, SCHEMA, Set.of()).problems().stream()
                        .map(Problem::toString)
                        .toList());
        Files.write(folder.resolve("c.yml"), new byte[] {(byte) 0xc3, 0x28});
        assertEquals(
                "c.yml: not UTF-8",
                Reader.read(folder, SCHEMA, Set.of()).problems().getFirst().toString());
        Files.writeString(folder.resolve("c.yml"), "#".repeat(2 << 20));
        assertTrue(Reader.read(folder, SCHEMA, Set.of())
                .problems()
                .getFirst()
                .toString()
                .contains("larger than"));
    }

    @Test
    void thePageNamesEverySetting() {
        String page = SettingsPage.text(SCHEMA);
        assertTrue(page.contains("| `endpoint` | endpoint | *required* | Where to listen. |"), page);
        assertTrue(page.contains("| `tls` | `none`, `starttls` | `starttls` | When. |"), page);
        assertTrue(page.contains("| `size` | size | `1 MiB` | Of a message. |"), page);
        assertTrue(page.contains("| `when.*` | list of text |  | Only if. |"), page);
        assertTrue(page.contains("| `max` | whole number, in 0..100 | `10` | At most. |"), page);
    }
}
