package mta.smtp.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Names the set of hosts that serves a destination, so that all destinations with the same set meet, and a person knows which. */
final class SiteName {

    private SiteName() {}

    /**
     * A single host gives its name; several give the domain they have in common (at least two labels, else the first
     * host) and a hash of the whole set: {@code google.com~1f0e5a9b}.
     *
     * @param hosts in any order; never empty
     */
    static String of(List<String> hosts) {
        List<String> sorted = hosts.stream().distinct().sorted().toList();
        if (sorted.size() == 1) {
            return sorted.getFirst();
        }
        String parent = commonParent(sorted);
        return (parent.isEmpty() ? hosts.getFirst() : parent) + "~" + hash(String.join(",", sorted));
    }

    private static String commonParent(List<String> hosts) {
        String[] common = hosts.getFirst().split("\\.");
        int kept = common.length;
        for (String host : hosts) {
            String[] labels = host.split("\\.");
            int same = 0;
            while (same < Math.min(kept, labels.length)
                    && common[common.length - 1 - same].equals(labels[labels.length - 1 - same])) {
                same++;
            }
            kept = same;
        }
        return kept < 2 ? "" : String.join(".", Arrays.copyOfRange(common, common.length - kept, common.length));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
