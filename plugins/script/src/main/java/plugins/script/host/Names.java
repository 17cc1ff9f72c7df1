package plugins.script.host;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import org.graalvm.polyglot.HostAccess.Export;

/**
 * {@code mta.dns}: lists, empty where there is nothing. What cannot be told is thrown, so that a script that does not think
 * of it fails as its binding says. Thread-safe.
 */
public final class Names {

    private final Dns dns;

    Names(Dns dns) {
        this.dns = dns;
    }

    /** Host and preference, lowest preference first: {@code [{preference: 10, host: 'mx.example.org'}]}. */
    @Export
    public List<Map<String, Object>> mx(String domain) {
        return found(domain, dns.mx(domain), mx -> Map.of("preference", mx.preference(), "host", mx.host()));
    }

    @Export
    public List<String> addresses(String host) {
        return found(host, dns.addresses(host), InetAddress::getHostAddress);
    }

    /** A records alone, for lists in the DNS. */
    @Export
    public List<String> a(String name) {
        return found(name, dns.a(name), InetAddress::getHostAddress);
    }

    @Export
    public List<String> txt(String name) {
        return found(name, dns.txt(name), Function.identity());
    }

    @Export
    public List<String> ptr(String address) {
        return found(address, dns.ptr(InetAddress.ofLiteral(address)), Function.identity());
    }

    private static <T, R> List<R> found(String what, DnsAnswer<T> answer, Function<T, R> as) {
        return switch (answer) {
            case DnsAnswer.Found<T> found -> found.values().stream().map(as).toList();
            case DnsAnswer.Missing<T> _ -> List.of();
            case DnsAnswer.Failed<T> failed ->
                throw new IllegalStateException("DNS cannot tell about " + what + ": " + failed.reason());
        };
    }
}
