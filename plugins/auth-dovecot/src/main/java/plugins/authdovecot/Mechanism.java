package plugins.authdovecot;

import java.util.List;
import java.util.Set;

/**
 * A mechanism that Dovecot offers.
 *
 * @param properties such as {@code plaintext}, {@code anonymous}, {@code private}
 */
record Mechanism(String name, Set<String> properties) {

    /** Those that need more than this protocol passes on, or that let anybody in. */
    private static final Set<String> LEFT_OUT = Set.of("ANONYMOUS", "EXTERNAL", "GSSAPI", "GSS-SPNEGO");

    static Mechanism of(List<String> words) {
        return new Mechanism(
                words.getFirst().toUpperCase(java.util.Locale.ROOT), Set.copyOf(words.subList(1, words.size())));
    }

    /** Whether secrets pass readably. */
    boolean plaintext() {
        return properties.contains("plaintext");
    }

    boolean usable() {
        return !properties.contains("private") && !properties.contains("anonymous") && !LEFT_OUT.contains(name);
    }
}
