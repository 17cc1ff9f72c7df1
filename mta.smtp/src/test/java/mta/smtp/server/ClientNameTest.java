package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.RdnsFor;
import org.junit.jupiter.api.Test;

class ClientNameTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.8");

    private record MapDns(List<String> names, Map<String, InetAddress> hosts) implements Dns {

        private static <T> DnsAnswer<T> answer(List<T> values) {
            return values.isEmpty()
                    ? new DnsAnswer.Missing<>(false, Duration.ZERO)
                    : new DnsAnswer.Found<>(values, Duration.ZERO, false);
        }

        @Override
        public DnsAnswer<Mx> mx(String domain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DnsAnswer<InetAddress> addresses(String host) {
            return answer(Optional.ofNullable(hosts.get(host)).stream().toList());
        }

        @Override
        public DnsAnswer<InetAddress> a(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DnsAnswer<String> txt(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DnsAnswer<String> ptr(InetAddress address) {
            return answer(names);
        }

        @Override
        public DnsAnswer<Tlsa> tlsa(String name) {
            throw new UnsupportedOperationException();
        }
    }

    /** Knows one answer, or cannot tell. */
    private record OneAnswer(Optional<String> name, boolean broken) implements Lookup {

        @Override
        @SuppressWarnings("unchecked")
        public <V> Optional<V> find(Query<V> query) throws Unresolved {
            if (broken) {
                throw new Unresolved("broken");
            }
            assertEquals(new RdnsFor("192.0.2.7"), query);
            return (Optional<V>) name;
        }

        @Override
        public void forget(Class<? extends Query<?>> type) {}
    }

    private static Optional<String> name(Lookup lookup, Map<String, InetAddress> hosts, String... names) {
        return new ClientName(new MapDns(List.of(names), hosts), lookup).apply(CLIENT);
    }

    @Test
    void onlyNamesThatLeadBackCount() {
        var nothing = new OneAnswer(Optional.empty(), false);
        assertEquals(Optional.of("a.example"), name(nothing, Map.of("a.example", CLIENT), "a.example"));
        assertEquals(
                Optional.of("b.example"),
                name(nothing, Map.of("a.example", OTHER, "b.example", CLIENT), "a.example", "b.example"));
        assertEquals(Optional.empty(), name(nothing, Map.of("a.example", OTHER), "a.example"));
        assertEquals(Optional.empty(), name(nothing, Map.of()));
        assertEquals(Optional.empty(), name(nothing, Map.of("a b", CLIENT), "a b"), "not a name for a header field");
    }

    @Test
    void aPolicyGoesBeforeTheDns() {
        var known = new OneAnswer(Optional.of("policy.example"), false);
        assertEquals(Optional.of("policy.example"), name(known, Map.of("a.example", CLIENT), "a.example"));
        assertEquals(
                Optional.empty(),
                name(new OneAnswer(Optional.of(""), false), Map.of("a.example", CLIENT), "a.example"));
        assertEquals(
                Optional.empty(),
                name(new OneAnswer(Optional.empty(), true), Map.of("a.example", CLIENT), "a.example"));
    }
}
