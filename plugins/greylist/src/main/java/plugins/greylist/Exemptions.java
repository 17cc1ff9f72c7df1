package plugins.greylist;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import mta.plugins.api.Address;
import mta.plugins.api.config.Network;
import mta.plugins.api.smtp.Session;

/** Who does not wait: clients by network or by confirmed name, senders and recipients by address or domain. */
record Exemptions(List<Network> networks, Set<String> names, Set<String> senders, Set<String> recipients) {

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static Exemptions of(String[] clients, String[] senders, String[] recipients) {
        var networks = new ArrayList<Network>();
        var names = new HashSet<String>();
        for (String client : clients) {
            String text = client.strip();
            if (text.matches("[0-9.]+(/.*)?") || text.indexOf(':') >= 0) {
                networks.add(Network.parse(text));
            } else if (!text.isEmpty()) {
                names.add(domain("clients", text));
            }
        }
        return new Exemptions(
                List.copyOf(networks),
                Set.copyOf(names),
                addresses("senders", senders),
                addresses("recipients", recipients));
    }

    private static Set<String> addresses(String key, String[] texts) {
        var all = new HashSet<String>();
        Stream.of(texts).map(String::strip).filter(text -> !text.isEmpty()).forEach(text -> {
            int at = text.lastIndexOf('@');
            if (at < 0) {
                all.add(domain(key, text));
            } else if (at == 0) {
                throw new IllegalArgumentException(key + ": a domain is written without @: " + text);
            } else if (at == text.length() - 1) {
                all.add(text.toLowerCase(Locale.ROOT));
            } else {
                domain(key, text.substring(at + 1));
                all.add(text.toLowerCase(Locale.ROOT));
            }
        });
        return Set.copyOf(all);
    }

    /** A leading dot is how Postfix and others write "and what is below it", which is so here in any case. */
    private static String domain(String key, String text) {
        String plain = (text.startsWith(".") ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        if (!plain.matches("[\\p{L}\\p{N}_-]+(\\.[\\p{L}\\p{N}_-]+)*")) {
            throw new IllegalArgumentException(key + ": a domain, an address or user@"
                    + (key.equals("clients") ? "; a network or the name of a client" : "") + ", not: " + text);
        }
        return plain;
    }

    boolean client(Session session, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address))
                || session.remoteName()
                        .filter(name -> isBelow(names, name.toLowerCase(Locale.ROOT)))
                        .isPresent();
    }

    boolean sender(Address address) {
        return !address.isNull() && contains(senders, address);
    }

    boolean recipient(Address address) {
        return contains(recipients, address);
    }

    /** As with postgrey, {@code user} stands for {@code user+detail} as well. */
    private static boolean contains(Set<String> all, Address address) {
        if (all.isEmpty()) {
            return false;
        }
        String user = address.localPart().toLowerCase(Locale.ROOT);
        int plus = user.indexOf('+');
        String plain = plus > 0 ? user.substring(0, plus) : user;
        return all.contains(user + "@" + address.domain())
                || all.contains(plain + "@" + address.domain())
                || all.contains(plain + "@")
                || isBelow(all, address.domain());
    }

    /** Whether a domain or one above it is among them. */
    private static boolean isBelow(Set<String> domains, String name) {
        for (String rest = name; !rest.isEmpty(); rest = rest.substring(rest.indexOf('.') + 1)) {
            if (domains.contains(rest)) {
                return true;
            }
            if (rest.indexOf('.') < 0) {
                return false;
            }
        }
        return false;
    }
}
