package plugins.consolessh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which files are believed, as OpenSSH's StrictModes: whoever else can write the file, or put another one in its place,
 * could let himself in.
 */
final class KeyFile {

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS_READ =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private KeyFile() {}

    /** Why a file is not believed; empty if it is. Links are followed. */
    static Optional<String> fault(Path file) throws IOException {
        Path real = file.toRealPath();
        Optional<String> own = faultOf(real);
        return own.isPresent() ? own : faultOf(real.getParent());
    }

    /** The same for a file that nobody else may even read. */
    static Optional<String> secretFault(Path file) throws IOException {
        return holds(file, OTHERS_READ) ? Optional.of(file + " can be read by others (chmod 600)") : fault(file);
    }

    private static Optional<String> faultOf(Path file) throws IOException {
        String owner = Files.getOwner(file).getName();
        if (!owner.equals(System.getProperty("user.name")) && !owner.equals("root")) {
            return Optional.of(file + " belongs to " + owner);
        }
        return holds(file, OTHERS_WRITE)
                ? Optional.of(file + " can be written by others (chmod go-w)")
                : Optional.empty();
    }

    private static boolean holds(Path file, Set<PosixFilePermission> any) throws IOException {
        return Files.getPosixFilePermissions(file).stream().anyMatch(any::contains);
    }
}
