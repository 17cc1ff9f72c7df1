package mta.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import mta.plugins.api.config.SettingsCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsChecksTest {

    private static final String METATYPE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="x.Span" name="span" description="A span.">
                <AD id="from" type="Integer" default="0" name="From" description="Its begin."/>
                <AD id="to" type="Integer" default="10" name="To" description="Its end."/>
                <AD id="names" type="String" cardinality="2147483647" required="false" description="Names."/>
                <AD id="sizes" type="Integer" cardinality="2147483647" required="false" description="Sizes."/>
                <AD id="deep.note" type="String" required="false" description="A note."/>
              </OCD>
              <Designate %s="mta.span"><Object ocdref="x.Span"/></Designate>
            </metatype:MetaData>
            """;

    @TempDir
    Path directory;

    /** As a bundle declares it. */
    @interface Span {
        int from() default 0;

        int to() default 10;

        String[] names() default {};

        int[] sizes() default {};

        String deep_note();
    }

    /** Lies in the jar. */
    public static final class SpanCheck implements SettingsCheck<Span> {
        @Override
        public Class<Span> settings() {
            return Span.class;
        }

        @Override
        public void check(Span span) {
            if (span.from() == 13) {
                throw new IllegalStateException("a defect");
            }
            if (span.from() > span.to()) {
                throw new IllegalArgumentException("to: not before from, " + span.from());
            }
            if (span.names().length + span.sizes().length > 2) {
                throw new IllegalArgumentException("too many: " + String.join(",", span.names()) + span.sizes()[0]);
            }
            if (span.deep_note() != null && span.deep_note().equals("x")) {
                throw new IllegalArgumentException("deep.note: not x");
            }
        }
    }

    private Schema schema(boolean several, String check) throws IOException {
        Path jar = directory.resolve(several + "-" + check.hashCode() + ".jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Mta-Check", "other=x.Y, span=" + check);
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry("OSGI-INF/metatype/x.xml"));
            String xml = METATYPE.formatted(several ? "factoryPid" : "pid");
            out.write(xml.getBytes(StandardCharsets.UTF_8));
            for (Class<?> type : List.of(Span.class, SpanCheck.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                    in.transferTo(out);
                }
            }
        }
        return Schema.read(List.of(jar));
    }

    private List<String> problems(boolean several, String text) throws IOException {
        return Reader.read("a.yaml", text, schema(several, SpanCheck.class.getName())).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void whatIsWrongIsSaidWithItsLine() throws IOException {
        assertEquals(List.of(), problems(false, "span:\n  from: 3\n"));
        assertEquals(List.of("a.yaml:3: span.to: not before from, 7"), problems(false, "span:\n  from: 7\n  to: 5\n"));
        assertEquals(List.of("a.yaml:1: span.to: not before from, 70"), problems(false, "span:\n  from: 70\n"));
        assertEquals(
                List.of("a.yaml:1: span: too many: a,b5"), problems(false, "span:\n  names: [a, b]\n  sizes: [5]\n"));
        assertEquals(List.of("a.yaml:3: span.deep.note: not x"), problems(false, "span:\n  deep:\n    note: x\n"));
    }

    @Test
    void eachInstanceIsChecked() throws IOException {
        assertEquals(
                List.of("a.yaml:6: span.two.to: not before from, 2"),
                problems(true, "span:\n  one:\n    from: 1\n  two:\n    from: 2\n    to: 1\n"));
    }

    @Test
    void whatIsWrongInItselfIsNotCheckedFurther() throws IOException {
        List<String> problems = problems(false, "span:\n  from: many\n  to: -1\n");
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().startsWith("a.yaml:2: span.from: needs a whole number"), problems.toString());
    }

    /** A defect in a bundle, or one that is half there, keeps no node from its configuration. */
    @Test
    void aCheckThatFailsItselfSaysNothing() throws IOException {
        assertEquals(List.of(), problems(false, "span:\n  from: 13\n"));
        assertTrue(Reader.read("a.yaml", "span:\n  from: 70\n", schema(false, "no.such.Class"))
                .isGood());
        assertTrue(Reader.read("a.yaml", "span:\n  from: 70\n", schema(false, "java.lang.String"))
                .isGood());
    }

    @Test
    void theCacheKnowsTheCheck() throws IOException {
        Schema schema = schema(false, SpanCheck.class.getName());
        Path file = directory.resolve("var/schema");
        SchemaCache.write(file, "stamp", schema);
        assertEquals(schema, SchemaCache.read(file, "stamp").orElseThrow());
    }
}
