package mta.smtp.client;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;

/** DNS as two maps. What is in neither does not exist; what is in one of them exists. */
final class MapDns implements Dns {

    static final Duration TTL = Duration.ofMinutes(5);

    private final Map<String, DnsAnswer<Mx>> exchangers = new HashMap<>();
    private final Map<String, DnsAnswer<InetAddress>> addresses = new HashMap<>();

    /** @param records such as {@code 10 mx.example.com}; {@code 0} and a space for a null MX */
    MapDns mx(String domain, String... records) {
        exchangers.put(
                domain,
                new DnsAnswer.Found<>(
                        Stream.of(records)
                                .map(record -> record.split(" ", 2))
                                .map(words -> new Mx(Integer.parseInt(words[0]), words[1]))
                                .toList(),
                        TTL,
                        false));
        return this;
    }

    MapDns address(String host, String... literals) {
        addresses.put(
                host,
                new DnsAnswer.Found<>(
                        Stream.of(literals).map(InetAddress::ofLiteral).toList(), TTL, false));
        return this;
    }

    MapDns failing(String name) {
        exchangers.put(name, new DnsAnswer.Failed<>("SERVFAIL"));
        addresses.put(name, new DnsAnswer.Failed<>("SERVFAIL"));
        return this;
    }

    /** The name exists, with records of other types only. */
    MapDns empty(String name) {
        exchangers.put(name, new DnsAnswer.Missing<>(true, TTL));
        addresses.put(name, new DnsAnswer.Missing<>(true, TTL));
        return this;
    }

    private static <T> DnsAnswer<T> find(String name, Map<String, DnsAnswer<T>> in, Map<String, ?> other) {
        return in.getOrDefault(name, new DnsAnswer.Missing<>(other.containsKey(name), TTL));
    }

    @Override
    public DnsAnswer<Mx> mx(String domain) {
        return find(domain, exchangers, addresses);
    }

    @Override
    public DnsAnswer<InetAddress> addresses(String host) {
        return find(host, addresses, exchangers);
    }

    @Override
    public DnsAnswer<InetAddress> a(String name) {
        return find(name, addresses, exchangers);
    }

    @Override
    public DnsAnswer<String> txt(String name) {
        return new DnsAnswer.Missing<>(false, TTL);
    }

    @Override
    public DnsAnswer<String> ptr(InetAddress address) {
        return new DnsAnswer.Missing<>(false, TTL);
    }

    @Override
    public DnsAnswer<Tlsa> tlsa(String name) {
        return new DnsAnswer.Missing<>(false, TTL);
    }
}
