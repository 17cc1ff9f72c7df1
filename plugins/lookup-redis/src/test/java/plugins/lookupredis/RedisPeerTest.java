package plugins.lookupredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/** A real Redis. */
@Tag("peers")
@Timeout(120)
class RedisPeerTest {

    @TempDir
    Path folder;

    private final int port = Peer.freePort();

    private Peer server() {
        return Peer.start(
                        folder,
                        Peer.program("redis-server").toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "",
                        "--requirepass",
                        "secret")
                .awaitPort(port);
    }

    private ConnectionPool pool(String password) {
        return RedisServer.open(RedisLookup.settings(config(password)));
    }

    private RedisLookup.Config config(String password) {
        return Settings.of(
                RedisLookup.Config.class,
                "url",
                "redis://127.0.0.1:" + port + "/1",
                "password",
                password,
                "timeout",
                "10s");
    }

    private SourcePolicy policy(ConnectionPool pool) {
        return RedisLookup.policy(
                pool,
                config("secret"),
                new HashMap<>(Map.of(
                        "queries.DomainFor", "HGET domains {key}",
                        "queries.UserFor", "HGETALL user:{key}",
                        "queries.AliasFor", "SMEMBERS alias:{key}",
                        "queries.PoolFor", "LRANGE pool:{key} 0 -1",
                        "queries.QueueFor", "HGETALL queue:{key}",
                        "queries.Table.colours", "GET colour:{key}")));
    }

    @SuppressWarnings("unchecked")
    private static Optional<Object> find(SourcePolicy policy, Query<?> query) throws Exception {
        return policy.find((Query<Object>) query).map(Answer::value);
    }

    private static void run(ConnectionPool pool, Command command, String... words) {
        try (var connection = pool.getResource()) {
            var arguments = new CommandArguments(command);
            for (String word : words) {
                arguments.add(word);
            }
            connection.executeCommand(arguments);
        }
    }

    @Test
    void answersAsItsKeysSay() throws Exception {
        try (Peer server = server();
                ConnectionPool pool = pool("secret")) {
            run(pool, Command.HSET, "domains", "a.example", "local", "*.a.example", "relay");
            run(pool, Command.HSET, "user:ann@a.example", "secret", "$6$x", "tenant", "shop", "enabled", "1");
            run(pool, Command.SADD, "alias:@a.example", "ann@a.example");
            run(pool, Command.RPUSH, "pool:p", "out1=3", "out2");
            run(pool, Command.HSET, "queue:slow.example", "expiry", "2d", "retry", "5m 1h");
            run(pool, Command.SET, "colour:the sky", "blue");
            var policy = policy(pool);
            assertEquals(Optional.of(DomainFor.Role.LOCAL), find(policy, new DomainFor("a.example")));
            assertEquals(Optional.of(DomainFor.Role.RELAY), find(policy, new DomainFor("mx.a.example")));
            assertEquals(Optional.empty(), find(policy, new DomainFor("b.example")));
            assertEquals(
                    Optional.of(new UserFor.User("ann@a.example", "$6$x", "shop", true)),
                    find(policy, new UserFor("ann@a.example")));
            assertEquals(Optional.empty(), find(policy, new UserFor("bob@a.example")));
            assertEquals(
                    Optional.of(List.of(Address.of("ann@a.example"))),
                    find(policy, new AliasFor(Address.of("any+x@a.example"))));
            assertEquals(
                    Optional.of(List.of(new PoolFor.Member("out1", 3), new PoolFor.Member("out2", 1))),
                    find(policy, new PoolFor("p")));
            assertEquals(
                    Optional.of(Map.of("expiry", "2d", "retry", "5m 1h")),
                    find(policy, new QueueFor("", "", "slow.example")));
            assertEquals(Optional.of("blue"), find(policy, new Table("colours", "the sky")));
            run(pool, Command.SET, "user:odd", "no hash");
            assertThrows(
                    JedisException.class, () -> find(policy, new UserFor("odd")), "of the wrong kind: cannot tell");
        }
    }

    @Test
    void isWaitedForAndComesBack() throws Exception {
        try (ConnectionPool pool = pool("secret")) {
            var policy = policy(pool);
            var query = new Table("colours", "sky");
            assertThrows(JedisException.class, () -> find(policy, query), "it has not been started");
            try (Peer server = server()) {
                assertEquals(Optional.empty(), find(policy, query));
            }
            assertThrows(JedisException.class, () -> find(policy, query), "it has been stopped");
            try (Peer server = server()) {
                assertEquals(Optional.empty(), find(policy, query));
                try (ConnectionPool wrong = pool("wrong")) {
                    assertThrows(JedisException.class, () -> find(policy(wrong), query), "not let in");
                }
            }
        }
    }
}
