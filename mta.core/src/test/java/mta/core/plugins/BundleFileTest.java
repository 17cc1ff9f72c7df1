package mta.core.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

/** What is a bundle, and what is none and why. */
class BundleFileTest {

    @TempDir
    Path folder;

    private Path jar(Map<String, String> headers) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(manifest.getMainAttributes()::putValue);
        Path file = Files.createTempFile(folder, "x", ".jar");
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return file;
    }

    private String refusal(Path file) {
        return assertThrows(IOException.class, () -> BundleFile.read(file)).getMessage();
    }

    @Test
    void aBundleIsReadWithItsNameVersionAndWish() throws IOException {
        BundleFile plain =
                BundleFile.read(jar(Map.of("Bundle-SymbolicName", "a.b;singleton:=true", "Bundle-Version", "1.2.3")));
        assertEquals("a.b", plain.name());
        assertEquals(new Version(1, 2, 3), plain.version());
        assertFalse(plain.inPlace());
        BundleFile wish = BundleFile.read(jar(Map.of("Bundle-SymbolicName", "a.b", "Mta-Update", "in-place")));
        assertTrue(wish.inPlace());
        assertEquals(Version.emptyVersion, wish.version());
        assertNotEquals(plain.sum(), wish.sum());
    }

    @Test
    void whatIsNoBundleSaysWhy() throws IOException {
        assertTrue(refusal(jar(Map.of())).contains("no Bundle-SymbolicName"));
        assertTrue(refusal(jar(Map.of("Bundle-SymbolicName", "a", "Bundle-Version", "one")))
                .contains("one"));
        assertTrue(refusal(jar(Map.of("Bundle-SymbolicName", "a", "Fragment-Host", "b")))
                .contains("fragment"));
        byte[] whole = Files.readAllBytes(jar(Map.of("Bundle-SymbolicName", "a")));
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
            Path half = Files.write(folder.resolve("half.jar"), Arrays.copyOf(whole, length));
            assertTrue(refusal(half).contains("not a whole one"), length + ": " + refusal(half));
        }
    }
}
