package plugins.lookuphttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import mta.lookup.SourcePolicy;
import mta.plugins.api.Address;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpLookupTest {

    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ends = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile String body = "";
    private volatile Map<String, String> headers = Map.of("Content-Type", "application/json");
    private volatile boolean hangs;
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization") + " "
                + exchange.getRequestHeaders().getFirst("Accept"));
        if (hangs) {
            try {
                ends.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        headers.forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @AfterEach
    void stop() {
        ends.countDown();
        server.stop(0);
        if (client != null) {
            client.shutdownNow();
        }
    }

    private SourcePolicy policy(String timeout, String query, String path) {
        var properties = new HashMap<String, Object>();
        properties.put(
                "queries." + query, "http://127.0.0.1:" + server.getAddress().getPort() + path);
        properties.put("headers.Authorization", "Bearer t");
        var config = Settings.of(HttpLookup.Config.class, "timeout", timeout, "maxAnswer", "1KiB");
        client = HttpLookup.client(config);
        return HttpLookup.policy(client, config, properties);
    }

    private SourcePolicy policy(String query, String path) {
        return policy("1m", query, path);
    }

    @SuppressWarnings("unchecked")
    private static Optional<Answer<Object>> find(SourcePolicy policy, Query<?> query) throws Exception {
        return policy.find((Query<Object>) query);
    }

    private Object answer(Query<?> query, String json) throws Exception {
        body = json;
        return find(policy(query.getClass().getSimpleName(), "/x"), query)
                .map(Answer::value)
                .orElse("not found");
    }

    @Test
    void theRequestIsAGetWithValuesInItsUrl() throws Exception {
        body = "{}";
        find(policy("UserFor", "/u/{local}?d={domain}&n={name}"), new UserFor("a/b?&\u00e9#%@c.example"));
        assertEquals(
                "/u/a%2Fb%3F%26%C3%A9%23%25?d=c.example&n=a%2Fb%3F%26%C3%A9%23%25%40c.example Bearer t"
                        + " application/json",
                requests.poll());
    }

    @Test
    void aNameThatIsAWayThroughFoldersIsNobodys() throws Exception {
        body = "\"local\"";
        assertEquals(Optional.empty(), find(policy("Table", "/t/{key}/x"), new Table("t", "..")));
        assertEquals(0, requests.size());
    }

    @Test
    void jsonBecomesAnswers() throws Exception {
        assertEquals(DomainFor.Role.LOCAL, answer(new DomainFor("a.example"), "\"local\""));
        assertEquals(DomainFor.Role.LOCAL, answer(new DomainFor("a.example"), "{\"role\": \"local\"}"));
        assertEquals(
                new UserFor.User("ann", "", "shop", false),
                answer(new UserFor("ann"), "{\"tenant\": \"shop\", \"enabled\": false, \"secret\": null}"));
        assertEquals(
                List.of(Address.of("a@x.example"), Address.of("b@x.example")),
                answer(new AliasFor(Address.of("l@x.example")), "[\"a@x.example\", \"b@x.example\"]"));
        assertEquals(List.of(), answer(new AliasFor(Address.of("l@x.example")), "[]"));
        assertEquals(
                List.of(new PoolFor.Member("o", 3)), answer(new PoolFor("p"), "[{\"source\": \"o\", \"weight\": 3}]"));
        assertEquals(
                Map.of("retry", "5m,1h", "maxAttempts", "3"),
                answer(new QueueFor("", "", "d"), "{\"retry\": [\"5m\", \"1h\"], \"maxAttempts\": 3}"));
        assertEquals("not found", answer(new Table("t", "k"), "null"));
    }

    @Test
    void plainTextIsAValue() throws Exception {
        headers = Map.of("Content-Type", "text/plain; charset=utf-8");
        assertEquals("blue", answer(new Table("t", "k"), "blue\n"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404, 410})
    void notThere(int code) throws Exception {
        status = code;
        assertEquals(Optional.empty(), find(policy("Table", "/"), new Table("t", "k")));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 400, 401, 403, 429, 500, 503})
    void cannotTell(int code) {
        status = code;
        headers = Map.of("Location", "http://127.0.0.1:1/");
        var e = assertThrows(IOException.class, () -> find(policy("Table", "/"), new Table("t", "k")));
        assertEquals("HTTP status " + code, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "blue", "{\"a\": {}}", "[[1]]", "\"a\" \"b\"", "[1", "{\"a\": 1", "[null]"})
    void anAnswerThatIsNoneCannotBeTold(String json) {
        assertThrows(IOException.class, () -> answer(new Table("t", "k"), json));
    }

    @Test
    void aLargeAnswerIsNone() {
        var e = assertThrows(IOException.class, () -> answer(new Table("t", "k"), "\"" + "x".repeat(2000) + "\""));
        assertEquals("the answer is larger than 1024 bytes", e.getMessage());
    }

    @Test
    void noAnswerInTimeCannotBeTold() {
        hangs = true;
        assertThrows(HttpTimeoutException.class, () -> find(policy("300ms", "Table", "/"), new Table("t", "k")));
    }

    @Test
    void theServerMaySayHowLongItsAnswerIsGoodFor() throws Exception {
        body = "\"blue\"";
        var policy = policy("Table", "/");
        var query = new Table("t", "k");
        assertEquals(Duration.ofMinutes(1), find(policy, query).orElseThrow().ttl());
        headers = Map.of("Cache-Control", "private, max-age=7");
        assertEquals(Duration.ofSeconds(7), find(policy, query).orElseThrow().ttl());
        headers = Map.of("Cache-Control", "no-store");
        assertEquals(Duration.ZERO, find(policy, query).orElseThrow().ttl());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://{domain}/x",
                "http://a.example:{domain}/x",
                "ftp://a.example/{name}",
                "/x/{name}",
                "http://a.example/ /{name}",
                "http://u:p@a.example/{name}"
            })
    void urlsThatAClientCouldBendAreRefused(String url) {
        assertThrows(IllegalArgumentException.class, () -> UrlTemplate.parse(url));
    }

    @Test
    void aValueThatTheQueryDoesNotHaveIsRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> policy("DomainFor", "/{tenant}"));
        assertTrue(e.getMessage().startsWith("queries.DomainFor: there is no value tenant"), e.getMessage());
    }
}
