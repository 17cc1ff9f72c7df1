package mta.queue.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.PathFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.TlsFor;
import org.junit.jupiter.api.Test;

class PoliciesTest {

    private static Scope scope(String name, Object... keysAndValues) {
        Map<String, Object> map = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return Scope.of(name, "policy." + name, map);
    }

    @Test
    void moreSpecificScopesOverride() {
        var policies = new Policies();
        policies.scopes(List.of(
                scope("both", "when.tenant", "acme", "when.destination", "gmail.example", "expiry", "1h"),
                scope("gmail", "when.destination", "gmail.example", "expiry", "2h", "weight", 7),
                scope("all", "expiry", "3h", "retry", List.of("1m", "2m"), "weight", "3"),
                scope("acme", "when.tenant", new String[] {"acme", "bolt*"}, "expiry", "4h", "order", 5)));
        assertEquals(
                Duration.ofHours(1),
                policies.configured("acme", "", "gmail.example").settings().expiry());
        assertEquals(
                7, policies.configured("acme", "", "gmail.example").settings().weight());
        assertEquals(
                Duration.ofHours(4),
                policies.configured("BOLTS", "", "one.example").settings().expiry());
        assertEquals(
                Duration.ofHours(3),
                policies.configured("zed", "", "one.example").settings().expiry());
        assertEquals(
                List.of(Duration.ofMinutes(1), Duration.ofMinutes(2)),
                policies.configured("zed", "", "one.example").settings().retry());
        // As many keys: order decides, then the name.
        policies.scopes(List.of(
                scope("b", "when.tenant", "*", "weight", 2),
                scope("a", "when.destination", "*", "weight", 3),
                scope("z", "when.tenant", "*", "weight", 4, "order", -1)));
        assertEquals(2, policies.configured("x", "", "y.example").settings().weight());
    }

    @Test
    void badSettingsAreRefusedWithAReason() {
        Object[][] cases = {
            {"jitter", "2"},
            {"retry", "soon"},
            {"retry", "0"},
            {"rate", "5/week"},
            {"tls", "maybe"},
            {"connections", 0},
            {"weight", "x"},
            {"priority", 10},
            {"expiry", "5 days"}
        };
        for (Object[] each : cases) {
            var e = assertThrows(IllegalArgumentException.class, () -> scope("bad", each), each[0] + "=" + each[1]);
            assertTrue(e.getMessage().contains("policy bad: " + each[0]), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> scope("x", "when.site", "mx", "expiry", "1h"));
        assertThrows(IllegalArgumentException.class, () -> scope("x", "when.campaign", "c", "connections", 2));
    }

    @Test
    void ratesArePerSecond() throws Unresolved {
        var policies = new Policies();
        Map<String, Double> cases =
                Map.of("100/s", 100.0, "120/m", 2.0, "3600/h", 1.0, "43200/d", 0.5, "0", 0.0, "3", 3.0);
        for (var each : cases.entrySet()) {
            policies.scopes(List.of(scope("r", "rate", each.getKey())));
            assertEquals(
                    each.getValue(),
                    policies.path("t", "d", "s", "x").settings().rate(),
                    1e-9,
                    each.getKey());
        }
    }

    @Test
    void pathSettingsByTenantOrDestinationMakeALane() throws Unresolved {
        var policies = new Policies();
        policies.scopes(List.of(
                scope("site", "when.site", "mx.*", "connections", 5),
                scope("acme", "when.tenant", "acme", "connections", 2),
                scope("slow", "when.destination", "slow.example", "expiry", "1h")));
        assertEquals("", policies.path("zed", "slow.example", "mx.x", "default").lane());
        assertEquals(
                5,
                policies.path("zed", "slow.example", "mx.x", "default")
                        .settings()
                        .connections());
        assertEquals(
                "acme", policies.path("acme", "slow.example", "mx.x", "default").lane());
    }

    @Test
    void pluginsAreAskedFirst() throws Unresolved {
        var policies = new Policies();
        var settings = policies.configured("t", "c", "d").settings();
        long before = policies.generation();
        policies.lookup(Optional.of(new Lookup() {
            @Override
            @SuppressWarnings("unchecked")
            public <V> Optional<V> find(Query<V> query) throws Unresolved {
                return switch (query) {
                    case QueueFor queue
                    when queue.tenant().equals("t") ->
                        Optional.of((V) Map.of("transport", "lmtp", "pool", "p", "expiry", "7m"));
                    case QueueFor queue
                    when queue.tenant().equals("wrong") -> Optional.of((V) Map.of("connections", "7"));
                    case PathFor path when path.tenant().equals("slow") -> Optional.of((V) Map.of("rate", "60/m"));
                    case QueueFor _ -> throw new Unresolved("database away");
                    case TlsFor tls
                    when tls.destination().equals("sts.example") -> Optional.of((V) TlsFor.Mode.VERIFIED);
                    case PoolFor pool
                    when pool.pool().equals("p") -> Optional.of((V) List.of(new PoolFor.Member("s", 2)));
                    default -> Optional.empty();
                };
            }

            @Override
            public void forget(Class<? extends Query<?>> type) {}
        }));
        assertTrue(policies.generation() > before);
        var queue = policies.queue("t", "c", "d").settings();
        assertEquals("lmtp", queue.transport());
        assertEquals(Duration.ofMinutes(7), queue.expiry());
        assertEquals(settings.retry(), queue.retry(), "what the answer does not say is as configured");
        assertThrows(Unresolved.class, () -> policies.queue("wrong", "c", "d"), "connections is no queue's");
        var slow = policies.path("slow", "d.example", "mx", "default");
        assertEquals(1.0, slow.settings().rate());
        assertEquals(20, slow.settings().connections());
        assertFalse(slow.lane().isEmpty());
        assertThrows(Unresolved.class, () -> policies.queue("other", "c", "d"));
        assertEquals(
                TlsFor.Mode.VERIFIED,
                policies.path("t", "sts.example", "mx", "default").settings().tls());
        assertFalse(policies.path("t", "sts.example", "mx", "default").lane().isEmpty());
        assertEquals("", policies.path("t", "d.example", "mx", "default").lane());
        assertEquals("s", policies.pool("p").getFirst().source());
        assertEquals("default", policies.pool("default").getFirst().source());
        assertTrue(policies.pool("unknown").isEmpty());
    }

    @Test
    void sourcesAndPoolsAreRead() {
        assertEquals(3, new PoolSection("p", "a", "b  3").members().get(1).weight());
        assertThrows(IllegalArgumentException.class, () -> new PoolSection("p", "a b"));
        assertEquals(
                "192.0.2.1",
                new SourceSection("s", "192.0.2.1", "h", "")
                        .source()
                        .address()
                        .get()
                        .getHostAddress());
        assertThrows(IllegalArgumentException.class, () -> new SourceSection("s", "host.example", "", ""));
        assertThrows(IllegalArgumentException.class, () -> new SourceSection("s", "", "", "nonsense"));
    }

    @Test
    void theExplanationNamesWhoSaidSo() {
        var policies = new Policies();
        policies.scopes(List.of(scope("gmail", "when.destination", "gmail.*", "connections", 9)));
        var table = Explanation.of(policies, "acme", "", "gmail.example", List.of());
        var row = table.rows().stream()
                .filter(each -> each.getFirst().equals("connections"))
                .findFirst()
                .orElseThrow();
        assertEquals("9", row.get(1));
        assertEquals("policy.gmail (destination=gmail.*)", row.get(2));
        assertEquals(Setting.values().length, table.rows().size());
    }

    @Test
    void globsMatch() {
        String[][] yes = {{"*", ""}, {"*.example", "a.B.EXAMPLE"}, {"a?c", "abc"}, {"*a*b", "xxaxxb"}, {"", ""}};
        String[][] no = {{"*.example", "example"}, {"a?c", "ac"}, {"a", "ab"}, {"", "a"}, {"*a*b", "ba"}};
        for (String[] each : yes) {
            assertTrue(new Glob(each[0]).matches(each[1]), each[0] + " " + each[1]);
        }
        for (String[] each : no) {
            assertFalse(new Glob(each[0]).matches(each[1]), each[0] + " " + each[1]);
        }
        // No blow-up: takes long only if it backtracks exponentially.
        assertFalse(new Glob("*a".repeat(30) + "*b").matches("a".repeat(2000)));
    }
}
