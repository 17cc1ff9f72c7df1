package mta.plugins.api.dns;

import java.net.InetAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Look-ups, an OSGi service. Answers are cached for their time to live, negative ones too (RFC 2308). Blocks; call it on
 * a virtual thread. Never throws for what the DNS says. Thread-safe.
 */
@ProviderType
public interface Dns {

    /** Mail exchangers, lowest preference first; those of equal preference in the order of the answer. */
    DnsAnswer<Mx> mx(String domain);

    /** IPv6 and IPv4 addresses. */
    DnsAnswer<InetAddress> addresses(String host);

    /**
     * A records and nothing else, for names whose addresses are answers and not places: lists in the DNS (RFC 5782). Asks
     * one question where {@link #addresses} asks two; takes no literal, and no file of hosts comes before it.
     */
    DnsAnswer<InetAddress> a(String name);

    /** The strings of each record joined. */
    DnsAnswer<String> txt(String name);

    /** Names of an address, without confirmation. */
    DnsAnswer<String> ptr(InetAddress address);

    /** TLSA records, RFC 6698; act on them only when {@link DnsAnswer.Found#secure}. */
    DnsAnswer<Tlsa> tlsa(String name);

    /** @param host lower case, without the final dot; empty for a null MX (RFC 7505) */
    record Mx(int preference, String host) {}

    /** @param data the certificate association data as lower case hex */
    record Tlsa(int usage, int selector, int matching, String data) {}
}
