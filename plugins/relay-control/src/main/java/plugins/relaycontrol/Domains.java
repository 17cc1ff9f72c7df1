package plugins.relaycontrol;

import java.net.IDN;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Domains by name ({@code example.org}), with all below them ({@code *.example.org}, which is not {@code example.org}
 * itself), and address literals ({@code [192.0.2.1]}). Compared as A-labels, so that both spellings of an
 * internationalised domain are the same.
 */
record Domains(Set<String> names, Set<String> parents) {

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static Domains parse(List<String> words) {
        Set<String> names = new HashSet<>();
        Set<String> parents = new HashSet<>();
        for (String word : words) {
            String name = word.strip();
            if (name.isEmpty()) {
                continue; // how an empty list may arrive
            }
            boolean below = name.startsWith("*.");
            String rest = canonical(below ? name.substring(2) : name);
            if (name.equals("*")) {
                throw new IllegalArgumentException("domains: * is every domain: that would be an open relay");
            }
            if (rest.isEmpty() || rest.indexOf('*') >= 0 || rest.indexOf('@') >= 0 || below && rest.startsWith("[")) {
                throw new IllegalArgumentException("domains: example.org or *.example.org, not: " + word);
            }
            (below ? parents : names).add(rest);
        }
        return new Domains(Set.copyOf(names), Set.copyOf(parents));
    }

    boolean contains(String domain) {
        String name = canonical(domain);
        if (names.contains(name)) {
            return true;
        }
        if (name.startsWith("[")) {
            return false;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (parents.contains(name.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    private static String canonical(String domain) {
        for (int i = 0; i < domain.length(); i++) {
            if (domain.charAt(i) > 127) {
                try {
                    return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
                } catch (IllegalArgumentException e) {
                    return domain; // no domain at all: equal to nothing that is configured
                }
            }
        }
        return domain.toLowerCase(Locale.ROOT);
    }
}
