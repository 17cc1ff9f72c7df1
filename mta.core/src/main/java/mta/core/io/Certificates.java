package mta.core.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates from the configuration, read again when their files change. A file that cannot be read keeps what was
 * read before. Thread-safe: the table is replaced as a whole.
 */
final class Certificates {

    private static final Logger log = LoggerFactory.getLogger(Certificates.class);
    private static final Duration WARN = Duration.ofDays(14);

    /**
     * Where a certificate is and whom it is for.
     *
     * @param key where the key is; may be the same file
     * @param listeners empty: all
     * @param serverNames that clients ask for (SNI); empty: those in the certificate
     */
    record Source(Path certificate, Path key, List<String> listeners, List<String> serverNames) {
        Source {
            listeners = List.copyOf(listeners);
            serverNames = serverNames.stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
        }

        private boolean isFor(String listener) {
            return listeners.isEmpty() || listeners.contains(listener);
        }
    }

    private record Entry(Source source, Optional<Identity> identity, List<String> names, String stamp) {

        /** 2: named, 1: by a wild card, 0: not. A wild card stands for one label (RFC 6125 section 6.4.3). */
        int fit(String serverName) {
            if (names.contains(serverName)) {
                return 2;
            }
            int dot = serverName.indexOf('.');
            return dot > 0 && names.contains("*" + serverName.substring(dot)) ? 1 : 0;
        }
    }

    private volatile Map<String, Entry> entries = Map.of();
    private volatile Optional<Identity> fallback = Optional.empty();

    synchronized void put(String name, Source source) {
        replace(name, load(name, source, Optional.empty()));
    }

    synchronized void remove(String name) {
        var next = new TreeMap<>(entries);
        next.remove(name);
        entries = next;
    }

    private void replace(String name, Entry entry) {
        var next = new TreeMap<>(entries);
        next.put(name, entry);
        entries = next;
    }

    /** For listeners that no certificate is configured for. */
    void fallback(Identity identity) {
        fallback = Optional.of(identity);
    }

    /**
     * Looks whether files have changed.
     *
     * @return whether one was read anew
     */
    synchronized boolean refresh() {
        boolean changed = false;
        for (var each : entries.entrySet()) {
            Entry entry = each.getValue();
            if (!stamp(entry.source()).equals(entry.stamp())) {
                replace(each.getKey(), load(each.getKey(), entry.source(), entry.identity()));
                changed = true;
            }
        }
        return changed;
    }

    private static Entry load(String name, Source source, Optional<Identity> before) {
        String stamp = stamp(source);
        try {
            Identity identity = read(source);
            Instant end = identity.certificate().getNotAfter().toInstant();
            if (end.isBefore(Instant.now().plus(WARN))) {
                log.warn("certificate {}: ends on {}", name, end);
            }
            log.info("certificate {}: {}", name, identity);
            return new Entry(source, Optional.of(identity), names(source, identity), stamp);
        } catch (IOException | GeneralSecurityException e) {
            String rest = before.isPresent() ? "; the one read before stays in use" : "; not used until it can be read";
            log.error("certificate {}: {}: {}{}", name, source.certificate(), words(e), rest);
            List<String> names = before.map(identity -> names(source, identity)).orElse(List.of());
            return new Entry(source, before, names, stamp);
        }
    }

    private static String words(Exception e) {
        return e instanceof java.nio.file.NoSuchFileException ? "no such file " + e.getMessage() : e.getMessage();
    }

    private static Identity read(Source source) throws IOException, GeneralSecurityException {
        return Identity.of(
                Pem.key(Files.readString(source.key())), Pem.certificates(Files.readString(source.certificate())));
    }

    private static List<String> names(Source source, Identity identity) {
        return source.serverNames().isEmpty() ? identity.names() : source.serverNames();
    }

    private static String stamp(Source source) {
        return stamp(source.certificate()) + stamp(source.key());
    }

    private static String stamp(Path file) {
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            return modified + "/" + Files.size(file) + ";";
        } catch (IOException e) {
            return "?;";
        }
    }

    boolean available(String listener) {
        return fallback.isPresent()
                || entries.values().stream()
                        .anyMatch(entry -> entry.source().isFor(listener)
                                && entry.identity().isPresent());
    }

    /**
     * The certificate that names the server best; a client that asks for a name nobody has gets the listener's first, as
     * one that asks for none: it may not care.
     */
    Optional<Identity> find(String listener, Optional<String> serverName) {
        Optional<Identity> best = Optional.empty();
        int bestFit = -1;
        for (Entry entry : entries.values()) {
            if (entry.identity().isPresent() && entry.source().isFor(listener)) {
                int fit = serverName.map(entry::fit).orElse(0);
                if (fit > bestFit) {
                    best = entry.identity();
                    bestFit = fit;
                }
            }
        }
        return best.isPresent() ? best : fallback;
    }
}
