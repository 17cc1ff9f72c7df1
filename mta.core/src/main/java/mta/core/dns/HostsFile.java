package mta.core.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names with fixed addresses, hosts(5), read again when the file has changed. {@code localhost} has the loopback
 * addresses even where no file says so (RFC 6761 section 6.3). Thread-safe.
 */
final class HostsFile {

    private static final long LOOK_NANOS = 5_000_000_000L;

    private final Optional<Path> file;
    private volatile Content content = new Content(FileTime.fromMillis(-1), Map.of(), 0);

    private record Content(FileTime modified, Map<String, List<InetAddress>> names, long looked) {}

    HostsFile(Optional<Path> file) {
        this.file = file;
    }

    /** @param name lower case; empty if the file does not name it */
    List<InetAddress> addresses(String name) {
        List<InetAddress> addresses = current().names().getOrDefault(name, List.of());
        if (addresses.isEmpty() && (name.equals("localhost") || name.endsWith(".localhost"))) {
            return loopback();
        }
        return addresses;
    }

    private Content current() {
        Content now = content;
        long nanos = System.nanoTime();
        if (file.isEmpty() || now.looked() != 0 && nanos - now.looked() < LOOK_NANOS) {
            return now;
        }
        try {
            FileTime modified = Files.getLastModifiedTime(file.get());
            Map<String, List<InetAddress>> names = modified.equals(now.modified()) ? now.names() : read(file.get());
            content = new Content(modified, names, nanos | 1);
        } catch (IOException e) {
            content = new Content(FileTime.fromMillis(-1), Map.of(), nanos | 1);
        }
        return content;
    }

    private static Map<String, List<InetAddress>> read(Path file) throws IOException {
        var names = new HashMap<String, List<InetAddress>>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
            String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
            if (words.length > 1) {
                Addresses.literal(words[0]).ifPresent(address -> add(names, words, address));
            }
        }
        return names;
    }

    private static void add(Map<String, List<InetAddress>> names, String[] words, InetAddress address) {
        for (int i = 1; i < words.length; i++) {
            names.computeIfAbsent(words[i].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(address);
        }
    }

    private static List<InetAddress> loopback() {
        try {
            byte[] six = new byte[16];
            six[15] = 1;
            return List.of(InetAddress.getByAddress(six), InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // both have the right length
        }
    }
}
