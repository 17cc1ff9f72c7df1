package plugins.consolessh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in: the keys of a file in OpenSSH's format, read anew at each attempt, so that a change counts at once.
 * A line with an option that is not honoured lets nobody in: it was meant to forbid something. Thread-safe.
 */
final class AuthorizedKeys {

    private static final Logger log = LoggerFactory.getLogger(AuthorizedKeys.class);

    private static final long LARGEST = 1 << 20;
    private static final int SHORTEST_RSA = 2048;

    /** Options that forbid what nobody can do here. */
    private static final Set<String> ALWAYS_SO =
            Set.of("no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc");

    private final Path file;

    AuthorizedKeys(Path file) {
        this.file = file;
    }

    /** The name of a key, which is the comment behind it, or its fingerprint; empty if it is not one of the file's. */
    Optional<String> holder(PublicKey key) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Optional<String> fault = KeyFile.fault(file);
            if (fault.isPresent() || Files.size(file) > LARGEST) {
                log.warn("ssh: nobody may log in: {}", fault.orElse(file + " is too large"));
                return Optional.empty();
            }
            return holder(key, Files.readAllLines(file));
        } catch (IOException e) {
            log.warn("ssh: nobody may log in: {}", e.toString());
            return Optional.empty();
        }
    }

    private Optional<String> holder(PublicKey key, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                AuthorizedKeyEntry entry = AuthorizedKeyEntry.parseAuthorizedKeyEntry(line);
                PublicKey known = entry.resolvePublicKey(null, PublicKeyEntryResolver.IGNORING);
                if (known != null && KeyUtils.compareKeys(known, key) && isUsable(entry, known, i + 1)) {
                    return Optional.of(name(entry, known));
                }
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                log.warn("ssh: {}, line {} is no key: {}", file, i + 1, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private boolean isUsable(AuthorizedKeyEntry entry, PublicKey key, int line) {
        for (String option : entry.getLoginOptions().keySet()) {
            if (!ALWAYS_SO.contains(option.toLowerCase(Locale.ROOT))) {
                log.warn("ssh: {}, line {} lets nobody in: its option {} is not honoured here", file, line, option);
                return false;
            }
        }
        if (key.getAlgorithm().equals("RSA") && KeyUtils.getKeySize(key) < SHORTEST_RSA) {
            log.warn("ssh: {}, line {} lets nobody in: an RSA key of less than {} bits", file, line, SHORTEST_RSA);
            return false;
        }
        return true;
    }

    private static String name(AuthorizedKeyEntry entry, PublicKey key) {
        String comment = entry.getComment() == null ? "" : entry.getComment().strip();
        return comment.isEmpty() ? KeyUtils.getFingerPrint(key) : comment;
    }
}
