package mta.core.dns;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How to ask.
 *
 * @param servers asked in this order; the last one that answered is asked first
 * @param timeout for one question to one server, UDP and TCP each
 * @param rounds how often all servers are tried
 * @param trusted addresses of the servers whose AD bit is believed: they validate, and the way to them is safe
 * @param cacheSize answers kept
 * @param minTtl shorter times to live are lengthened to this
 * @param maxTtl longer ones are cut, negative ones too
 * @param failureTtl how long a failure is remembered, so that a dead zone is not asked for by every message (RFC 2308
 *     section 7)
 * @param hosts a file like /etc/hosts, whose names have the addresses it says
 */
public record DnsSettings(
        List<InetSocketAddress> servers,
        Duration timeout,
        int rounds,
        Set<String> trusted,
        int cacheSize,
        Duration minTtl,
        Duration maxTtl,
        Duration failureTtl,
        Optional<Path> hosts) {

    public DnsSettings {
        servers = List.copyOf(servers);
        trusted = Set.copyOf(trusted);
    }

    /** The defaults, with these servers. */
    public static DnsSettings of(List<InetSocketAddress> servers) {
        return new DnsSettings(
                servers,
                Duration.ofSeconds(5),
                2,
                Set.of("127.0.0.1", "0:0:0:0:0:0:0:1"),
                100_000,
                Duration.ofSeconds(5),
                Duration.ofDays(1),
                Duration.ofSeconds(5),
                Optional.of(Path.of("/etc/hosts")));
    }
}
