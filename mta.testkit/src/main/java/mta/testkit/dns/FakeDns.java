package mta.testkit.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;

/** DNS as a map. Thread-safe; answers may be changed at any time. */
public final class FakeDns implements Dns {

    private static final Duration TTL = Duration.ofMinutes(5);

    private final Map<String, List<Mx>> mx = new ConcurrentHashMap<>();
    private final Map<String, List<InetAddress>> addresses = new ConcurrentHashMap<>();
    private final Map<String, List<String>> txt = new ConcurrentHashMap<>();
    private final Map<String, List<String>> ptr = new ConcurrentHashMap<>();
    private final Map<String, List<Tlsa>> tlsa = new ConcurrentHashMap<>();
    private final Map<String, String> failing = new ConcurrentHashMap<>();
    private final Set<String> secure = ConcurrentHashMap.newKeySet();

    /** @param exchangers as {@code 10 mx.example.net}; {@code 0 .} is a null MX (RFC 7505) */
    public FakeDns mx(String domain, String... exchangers) {
        mx.put(key(domain), Arrays.stream(exchangers).map(FakeDns::exchanger).toList());
        return this;
    }

    private static Mx exchanger(String text) {
        String[] words = text.split(" ");
        return new Mx(Integer.parseInt(words[0]), key(words[1]));
    }

    /** @param literals IPv4 or IPv6 */
    public FakeDns address(String host, String... literals) {
        addresses.put(
                key(host), Arrays.stream(literals).map(InetAddress::ofLiteral).toList());
        return this;
    }

    public FakeDns txt(String name, String... texts) {
        txt.put(key(name), List.of(texts));
        return this;
    }

    public FakeDns ptr(String literal, String... names) {
        ptr.put(
                InetAddress.ofLiteral(literal).getHostAddress(),
                Arrays.stream(names).map(FakeDns::key).toList());
        return this;
    }

    public FakeDns tlsa(String name, Tlsa... records) {
        tlsa.put(key(name), List.of(records));
        return this;
    }

    /** Every look-up of this name (of this address, for {@link #ptr}) fails. */
    public FakeDns fail(String name, String reason) {
        failing.put(key(name), reason);
        return this;
    }

    /** What is found under this name is secure. */
    public FakeDns secure(String name) {
        secure.add(key(name));
        return this;
    }

    /** The name is not there any more, and fails no more. */
    public FakeDns remove(String name) {
        for (var map : List.of(mx, addresses, txt, ptr, tlsa, failing)) {
            map.remove(key(name));
        }
        return this;
    }

    @Override
    public DnsAnswer<Mx> mx(String domain) {
        DnsAnswer<Mx> answer = answer(mx, key(domain));
        if (!(answer instanceof DnsAnswer.Found<Mx> found)) {
            return answer;
        }
        var sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparingInt(Mx::preference));
        return new DnsAnswer.Found<>(sorted, found.ttl(), found.secure());
    }

    @Override
    public DnsAnswer<InetAddress> addresses(String host) {
        try {
            return new DnsAnswer.Found<>(List.of(InetAddress.ofLiteral(host)), TTL, false);
        } catch (IllegalArgumentException e) {
            return answer(addresses, key(host));
        }
    }

    @Override
    public DnsAnswer<InetAddress> a(String name) {
        DnsAnswer<InetAddress> answer = answer(addresses, key(name));
        if (!(answer instanceof DnsAnswer.Found<InetAddress> found)) {
            return answer;
        }
        List<InetAddress> four =
                found.values().stream().filter(Inet4Address.class::isInstance).toList();
        return four.isEmpty()
                ? new DnsAnswer.Missing<>(true, TTL)
                : new DnsAnswer.Found<>(four, found.ttl(), found.secure());
    }

    @Override
    public DnsAnswer<String> txt(String name) {
        return answer(txt, key(name));
    }

    @Override
    public DnsAnswer<String> ptr(InetAddress address) {
        return answer(ptr, address.getHostAddress());
    }

    @Override
    public DnsAnswer<Tlsa> tlsa(String name) {
        return answer(tlsa, key(name));
    }

    private <T> DnsAnswer<T> answer(Map<String, List<T>> map, String key) {
        String reason = failing.get(key);
        if (reason != null) {
            return new DnsAnswer.Failed<>(reason);
        }
        List<T> values = map.getOrDefault(key, List.of());
        return values.isEmpty()
                ? new DnsAnswer.Missing<>(exists(key), TTL)
                : new DnsAnswer.Found<>(values, TTL, secure.contains(key));
    }

    private boolean exists(String key) {
        return List.of(mx, addresses, txt, ptr, tlsa).stream().anyMatch(map -> map.containsKey(key));
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
