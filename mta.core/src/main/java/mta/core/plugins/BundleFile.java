package mta.core.plugins;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A bundle as it lies in a file, read once: what is installed is what was looked at, whatever happens to the file.
 *
 * @param name its symbolic name
 * @param inPlace whether two versions of it must not run at the same time, by its header {@code Mta-Update: in-place}
 * @param sum of its content, to tell a change
 */
record BundleFile(String name, Version version, boolean inPlace, String sum, byte[] content) {

    static final String UPDATE = "Mta-Update";

    private static final long LARGEST = 512 << 20;

    /** @throws IOException saying why it is no bundle */
    static BundleFile read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException("is larger than 512 MiB");
        }
        byte[] content = Files.readAllBytes(file);
        Attributes manifest = manifest(file);
        String name = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null) {
            throw new IOException("is a jar but no bundle: its manifest has no Bundle-SymbolicName");
        }
        if (manifest.getValue(Constants.FRAGMENT_HOST) != null) {
            throw new IOException("is a fragment; plugins are bundles of their own");
        }
        String version = manifest.getValue(Constants.BUNDLE_VERSION);
        try {
            return new BundleFile(
                    name.split(";")[0].strip(),
                    Version.parseVersion(version),
                    "in-place".equals(manifest.getValue(UPDATE)),
                    sum(content),
                    content);
        } catch (IllegalArgumentException e) {
            throw new IOException("has no proper Bundle-Version: " + version);
        }
    }

    private static Attributes manifest(Path file) throws IOException {
        // Not a stream: a jar that was cut off has no directory at its end, and is told from a whole one by that.
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            if (manifest == null) {
                throw new IOException("is a jar without a manifest");
            }
            return manifest.getMainAttributes();
        } catch (java.util.zip.ZipException e) {
            throw new IOException(
                    "is no jar, or not a whole one (copy under another name, then rename): " + e.getMessage());
        }
    }

    private static String sum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    InputStream open() {
        return new ByteArrayInputStream(content);
    }

    /** The same without its content, for what is remembered. */
    BundleFile remembered() {
        return new BundleFile(name, version, inPlace, sum, new byte[0]);
    }
}
