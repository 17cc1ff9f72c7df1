package plugins.consolessh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The server's own key: a file in OpenSSH's format without a passphrase, Ed25519 where it is made here. */
final class HostKey {

    private static final FileAttribute<Set<PosixFilePermission>> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private HostKey() {}

    /** Reads the keys of the file, or makes one. */
    static List<KeyPair> of(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            return read(file);
        } catch (GeneralSecurityException e) {
            throw new IOException("ssh: " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<KeyPair> read(Path file) throws IOException, GeneralSecurityException {
        Optional<String> fault = KeyFile.secretFault(file);
        if (fault.isPresent()) {
            throw new IOException("ssh: the host key is not safe: " + fault.get());
        }
        List<KeyPair> keys = new ArrayList<>();
        try (var in = Files.newInputStream(file)) {
            Iterable<KeyPair> found =
                    SecurityUtils.loadKeyPairIdentities(null, file::toString, in, FilePasswordProvider.EMPTY);
            if (found != null) {
                found.forEach(keys::add);
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("ssh: " + file + " holds no key");
        }
        return keys;
    }

    /** Whole or not at all, and never readable by others, not even for a moment. */
    private static void make(Path file) throws IOException, GeneralSecurityException {
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "mta", null, text);
        Files.createDirectories(file.getParent());
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.deleteIfExists(draft);
        Files.createFile(draft, OWN);
        try (OutputStream out = Files.newOutputStream(draft, StandardOpenOption.SYNC)) {
            text.writeTo(out);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
