package mta.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MentionsTest {

    private static final String COMPONENT = """
            <scr:component name="plugins.far.Far" configuration-pid="mta.far-away mta.near" init="1">
              <property name="mta.plugin" type="String" value="far"/>
              <property name="mta.named" type="String" value="tele"/>
              <property name="delay" type="String" value="soon"/>
            </scr:component>
            """;

    @TempDir
    private Path folder;

    private Mentions configured(String... files) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        for (int i = 0; i < files.length; i++) {
            Files.writeString(conf.resolve(i + ".yaml"), files[i]);
        }
        return Mentions.in(conf);
    }

    private Path jar(String header, String component) throws IOException {
        Path jar = folder.resolve("plugins.far.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!header.isEmpty()) {
            manifest.getMainAttributes().putValue("Service-Component", header);
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest)) {
            zip.putNextEntry(new JarEntry("OSGI-INF/far.xml"));
            zip.write(component.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private Path far() throws IOException {
        return jar("OSGI-INF/far.xml", COMPONENT);
    }

    @Test
    void aPluginIsMentionedByItsNameByADriversAndByAnyOfItsSections() throws IOException {
        assertTrue(configured("binding:\n  x:\n    plugin: far\n").mention(far()));
        assertTrue(configured("route:\n  x:\n    transport: \"tele:there\"\n").mention(far()));
        assertTrue(configured("a: 1\n", "far-away:\n  delay: 1s\n").mention(far()));
        assertTrue(configured("near: {one: {}}\n").mention(far()));
    }

    @Test
    void neitherPartsOfWordsNorSettingsNorLinesOfCommentMentionIt() throws IOException {
        assertFalse(configured("# far\n  # tele\nfarther: soon\nfar-off: televised\n")
                .mention(far()));
    }

    @Test
    void whatCannotBeToldIsMentioned() throws IOException {
        Mentions nothing = configured("a: 1\n");
        assertTrue(nothing.mention(jar("", "")), "without components");
        assertTrue(nothing.mention(jar("OSGI-INF/far.xml", "<scr:component/>")), "without names");
        assertTrue(nothing.mention(
                jar("OSGI-INF/far.xml", COMPONENT + "<provide interface=\"mta.plugins.api.admin.PluginSource\"/>")));
        assertTrue(Mentions.in(folder.resolve("no such folder")).mention(far()));
    }
}
