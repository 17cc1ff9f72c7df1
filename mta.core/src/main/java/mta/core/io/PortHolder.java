package mta.core.io;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out who listens on a TCP port, where the system (Linux) tells: only for processes of the same user. */
final class PortHolder {

    private static final String LISTENING = "0A";

    private PortHolder() {}

    static Optional<String> of(int port) {
        try {
            Set<String> sockets = sockets(port);
            if (sockets.isEmpty()) {
                return Optional.empty();
            }
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    if (holds(process, sockets)) {
                        return Optional.of(describe(process));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Nice to know, no more.
        }
        return Optional.empty();
    }

    private static String describe(Path process) throws IOException {
        String pid = process.getFileName().toString();
        return pid.equals(Long.toString(ProcessHandle.current().pid()))
                ? "this node itself"
                : "process " + pid + " ("
                        + Files.readString(process.resolve("comm")).strip() + ")";
    }

    /** proc(5): "sl local_address rem_address st ... uid timeout inode". */
    private static Set<String> sockets(int port) throws IOException {
        var sockets = new HashSet<String>();
        String wanted = String.format(":%04X", port);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.isReadable(Path.of(table))) {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields.length > 9 && fields[1].endsWith(wanted) && fields[3].equals(LISTENING)) {
                        sockets.add("socket:[" + fields[9] + "]");
                    }
                }
            }
        }
        return sockets;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Somebody else's process, or it has just ended.
        }
        return false;
    }
}
