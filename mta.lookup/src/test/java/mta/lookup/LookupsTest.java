package mta.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.PathFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.Source;
import mta.plugins.api.policy.SourceFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.UserFor;
import org.junit.jupiter.api.Test;

/** From a query to words, and from what was found to an answer. */
class LookupsTest {

    private static Object answer(Query<?> query, Found found) {
        return Reading.answer(Question.of(query), found);
    }

    private static Object text(Query<?> query, String text) {
        return answer(query, Found.text(text));
    }

    private static String refusal(Query<?> query, Found found) {
        return assertThrows(IllegalArgumentException.class, () -> answer(query, found))
                .getMessage();
    }

    // ---- questions and keys

    @Test
    void anAddressComesWithItsParts() {
        var question = Question.of(new AliasFor(Address.of("Ann+shop@B\u00fccher.example")));
        assertEquals("AliasFor", question.type());
        assertEquals("Ann+shop@xn--bcher-kva.example", question.value("address"));
        assertEquals("Ann+shop", question.value("local"));
        assertEquals("Ann", question.value("user"));
        assertEquals("xn--bcher-kva.example", question.value("domain"));
        assertEquals("", question.value("nothing"));
        var user = Question.of(new UserFor("ann"));
        assertEquals("ann", user.value("local"));
        assertEquals("", user.value("domain"));
        assertEquals("Gr\u00fcn", Question.of(new Table("t", "Gr\u00fcn")).value("key"), "no domain");
    }

    @Test
    void keysGoFromTheMostToTheLeastSpecific() {
        assertEquals(
                List.of("ann+x@a.example", "ann@a.example", "@a.example"),
                Keys.of("AliasFor", "").of(Question.of(new AliasFor(Address.of("ann+x@a.example")))));
        assertEquals(
                List.of("mx.a.example", "*.a.example", "*.example"),
                Keys.of("DomainFor", "").of(Question.of(new DomainFor("mx.a.example"))));
        assertEquals(List.of("[192.0.2.1]"), Keys.of("DomainFor", "").of(Question.of(new DomainFor("[192.0.2.1]"))));
        assertEquals(
                List.of("a.example", "*.example", "*"),
                Keys.of("QueueFor", "").of(Question.of(new QueueFor("", "", "a.example"))),
                "what is not known is no key");
        assertEquals(
                List.of("t:sky", "sky"),
                Keys.of("Table.t", "{name}:{key}  {key}").of(Question.of(new Table("t", "sky"))));
        assertEquals(
                List.of("x*.{tenant}"),
                Keys.of("DomainFor", "x*.{domain}").of(Question.of(new DomainFor("a.{tenant}"))),
                "what a client says is never a template");
        assertThrows(IllegalArgumentException.class, () -> Keys.of("com.acme.ScoreFor", ""));
    }

    // ---- answers

    @Test
    void wordsBecomeValues() {
        assertEquals(DomainFor.Role.RELAY, text(new DomainFor("d"), " relay "));
        assertEquals(TlsFor.Mode.VERIFIED, text(new TlsFor("d", ""), "verified"));
        assertEquals("any text", text(new Table("t", "k"), "any text"));
        assertEquals("v", answer(new Table("t", "k"), Found.row(Map.of("value", "v"))));
        assertEquals("one of [relay, local, closed], not 'yes'", refusal(new DomainFor("d"), Found.text("yes")));
        assertEquals(
                "one answer is needed, not 2 rows",
                refusal(new DomainFor("d"), Found.texts(List.of("relay", "relay"))));
    }

    @Test
    void aRecordIsFieldsOrWords() {
        var user = new UserFor("ann@a.example");
        assertEquals(new UserFor.User("ann@a.example", "", "", true), text(user, ""), "a name alone is a user");
        assertEquals(
                new UserFor.User("ann", "$6$x", "shop", false),
                text(user, "name=ann secret=$6$x tenant=shop enabled=no"));
        var row = new LinkedHashMap<String, String>();
        row.put("NAME", "ann");
        row.put("tenant", "shop");
        assertEquals(new UserFor.User("ann", "", "shop", true), answer(user, Found.row(row)));
        row.put("colour", "blue");
        assertTrue(refusal(user, Found.row(row)).startsWith("there is no field colour, but name, secret"));
        assertFalse(refusal(user, Found.text("$6$secret")).contains("secret"), "may be a password");
        assertEquals(
                new Source(
                        "out1",
                        Optional.of(java.net.InetAddress.ofLiteral("192.0.2.1")),
                        Optional.of("h.example"),
                        Optional.of(Endpoint.parse("socks5://127.0.0.1:1080"))),
                text(new SourceFor("out1"), "address=192.0.2.1 helo=h.example proxy=socks5://127.0.0.1:1080"));
    }

    @Test
    void listsAreRowsOrWords() {
        var alias = new AliasFor(Address.of("l@a.example"));
        var both = List.of(Address.of("b@x.example"), Address.of("\"c, d\"@x.example"));
        assertEquals(both, text(alias, "b@x.example, \"c, d\"@x.example"));
        assertEquals(both, answer(alias, Found.texts(List.of("b@x.example", "\"c, d\"@x.example"))));
        assertEquals(List.of(), text(alias, ""), "nobody, on purpose");
        assertTrue(refusal(alias, Found.text("@x.example")).startsWith("an address"));
        var pool = List.of(new PoolFor.Member("out1", 3), new PoolFor.Member("out2", 1));
        assertEquals(pool, text(new PoolFor("p"), "out1=3 out2"));
        assertEquals(
                pool,
                answer(
                        new PoolFor("p"),
                        new Found(List.of(Map.of("source", "out1", "weight", "3"), Map.of("source", "out2")))));
    }

    @Test
    void aMapIsWordsFieldsOrPairs() {
        var path = new PathFor("", "a.example", "mx", "default");
        var settings = Map.of("connections", "5", "retry", "5m 15m");
        assertEquals(settings, text(path, "connections=5 retry=\"5m 15m\""));
        assertEquals(settings, answer(path, Found.row(settings)));
        var first = new LinkedHashMap<String, String>();
        first.put("name", "connections");
        first.put("value", "5");
        var second = new LinkedHashMap<String, String>();
        second.put("name", "retry");
        second.put("value", "5m 15m");
        assertEquals(settings, answer(path, new Found(List.of(first, second))));
    }

    /** A query of somebody else. */
    public record ScoreFor(String client, int port) implements Query<Score> {}

    public record Score(double points, Duration age, boolean known, Optional<String> note) {}

    @Test
    void queriesOfOthersWorkTheSameWay() {
        var question = Question.of(new ScoreFor("192.0.2.1", 25));
        assertEquals(ScoreFor.class.getName(), question.type());
        assertEquals("25", question.value("port"));
        assertEquals(
                new Score(1.5, Duration.ofMinutes(5), true, Optional.empty()),
                Reading.answer(question, Found.row(Map.of("points", "1.5", "age", "5m", "known", "t"))));
    }

    // ---- the policy

    @Test
    void aPolicyAsksTheSourceOfTheQuery() throws Exception {
        var lifetimes = Lifetimes.of("1m", "5s", "2h");
        var policy = new SourcePolicy(
                Map.of(
                        "Table.colours", question -> Optional.of(Found.text("blue " + question.value("key"))),
                        "DomainFor", _ -> Optional.empty()),
                lifetimes);
        var answer = policy.find(anything(new Table("colours", "sky"))).orElseThrow();
        assertEquals("blue sky", answer.value());
        assertEquals(Duration.ofMinutes(1), answer.ttl());
        assertEquals(Duration.ofHours(2), answer.stale());
        assertEquals(Duration.ofSeconds(5), policy.notFoundTtl());
        assertEquals(Optional.empty(), policy.find(anything(new Table("sounds", "sky"))));
        assertEquals(Optional.empty(), policy.find(anything(new DomainFor("a.example"))));
        assertEquals(Optional.empty(), policy.find(anything(new UserFor("ann"))));
        var properties = policy.properties("lookup-x.y");
        assertEquals("lookup-x.y", properties.get("mta.plugin"));
        assertEquals(2, ((String[]) properties.get("mta.when.query")).length);
        assertEquals(2, ((String[]) properties.get("mta.when.table")).length, "colours, and none");
    }

    @SuppressWarnings("unchecked")
    private static Query<Object> anything(Query<?> query) {
        return (Query<Object>) query;
    }

    @Test
    void aMisspeltQueryIsRefused() {
        var texts = Queries.texts(
                Map.of("queries.DomainFor", "f", "other", "x", "queries.com.acme.ScoreFor", "g"), "queries");
        assertEquals(Map.of("DomainFor", "f", "com.acme.ScoreFor", "g"), texts);
        assertThrows(IllegalArgumentException.class, () -> Queries.texts(Map.of("queries.UsrFor", "f"), "queries"));
    }
}
