package mta.smtp.server;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.RdnsFor;
import mta.smtp.wire.Cursor;
import mta.smtp.wire.PathParser;
import mta.smtp.wire.SyntaxException;

/**
 * The name of a client by reverse DNS, taken only if it leads back to the address: whoever owns an address may write
 * any name into its PTR record. A policy goes before the DNS. Thread-safe.
 */
final class ClientName implements Function<InetAddress, Optional<String>> {

    /** A hoster may give an address a thousand names; each costs a look-up. */
    private static final int MAX_NAMES = 5;

    private final Dns dns;
    private final Lookup lookup;

    ClientName(Dns dns, Lookup lookup) {
        this.dns = dns;
        this.lookup = lookup;
    }

    @Override
    public Optional<String> apply(InetAddress address) {
        try {
            Optional<String> known = lookup.find(new RdnsFor(address.getHostAddress()));
            if (known.isPresent()) {
                return known.filter(name -> !name.isEmpty());
            }
        } catch (Unresolved e) {
            return Optional.empty();
        }
        if (!(dns.ptr(address) instanceof DnsAnswer.Found<String> names)) {
            return Optional.empty();
        }
        return names.values().stream()
                .limit(MAX_NAMES)
                .filter(ClientName::isDomain)
                .filter(name -> leadsTo(name, address))
                .findFirst();
    }

    private boolean leadsTo(String name, InetAddress address) {
        return dns.addresses(name) instanceof DnsAnswer.Found<InetAddress> found
                && found.values().contains(address);
    }

    /** It goes into a header field, so it must be nothing but a name. */
    private static boolean isDomain(String name) {
        try {
            Cursor in = Cursor.of(name);
            PathParser.domain(in);
            return in.atEnd();
        } catch (SyntaxException e) {
            return false;
        }
    }
}
