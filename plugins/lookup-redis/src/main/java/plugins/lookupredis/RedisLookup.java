package plugins.lookupredis;

import java.util.LinkedHashMap;
import java.util.Map;
import mta.lookup.Keys;
import mta.lookup.Lifetimes;
import mta.lookup.Offer;
import mta.lookup.Queries;
import mta.lookup.Source;
import mta.lookup.SourcePolicy;
import mta.plugins.api.config.Amount;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import redis.clients.jedis.ConnectionPool;

/** One section {@code lookup-redis}: a server that answers. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = RedisLookup.class,
        configurationPid = "mta.lookup-redis",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RedisLookup.Config.class, factory = true)
public final class RedisLookup {

    @ObjectClassDefinition(name = "lookup-redis", description = "Answers from Redis.")
    @interface Config {

        @AttributeDefinition(description = "redis://127.0.0.1:6379/0, or rediss:// for TLS.")
        String url();

        @AttributeDefinition(required = false, description = "Whom to connect as. Empty: the default user.")
        String user() default "";

        @AttributeDefinition(required = false, description = "Best as ${file:UTF-8:/path} or ${env:NAME}.")
        String password() default "";

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The command for a kind of query, GET, HGET, HGETALL, SMEMBERS or LRANGE:"
                        + " HGETALL user:{key}.")
        String queries() default "";

        @AttributeDefinition(
                name = "keys.*",
                required = false,
                description = "What {key} is for a kind of query, one after the other, separated by spaces: {address}"
                        + " @{domain}. Without: the usual, see the README of lookup-file.")
        String keys() default "";

        @AttributeDefinition(min = "1", max = "1000", description = "Most connections at the same time.")
        int pool() default 8;

        @AttributeDefinition(
                description = "Duration. How long to wait for a connection, and for an answer. The binding's timeout"
                        + " ends both.")
        String timeout() default "1s";

        @AttributeDefinition(description = "Duration. How long an answer is believed.")
        String ttl() default "10s";

        @AttributeDefinition(description = "Duration. How long it is believed that there is no answer.")
        String notFoundTtl() default "5s";

        @AttributeDefinition(
                description = "Duration. How long after its ttl an answer is given while the server is away.")
        String stale() default "1h";
    }

    private final Offer offer;

    @Activate
    public RedisLookup(BundleContext context, Config config, Map<String, Object> properties) {
        this.offer = new Offer(context, "lookup-redis." + Offer.section(properties));
        open(config, properties);
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        offer.change(() -> open(config, properties));
    }

    @Deactivate
    void stop() {
        offer.close();
    }

    private void open(Config config, Map<String, Object> properties) {
        ConnectionPool pool = RedisServer.open(settings(config));
        offer.put(() -> policy(pool, config, properties), pool::close);
    }

    static RedisServer.Settings settings(Config config) {
        return new RedisServer.Settings(
                config.url(), config.user(), config.password(), config.pool(), Amount.duration(config.timeout()));
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static SourcePolicy policy(ConnectionPool pool, Config config, Map<String, Object> properties) {
        Map<String, String> keys = Queries.texts(properties, "keys");
        var sources = new LinkedHashMap<String, Source>();
        Queries.texts(properties, "queries").forEach((query, text) -> {
            ReadCommand command;
            try {
                command = ReadCommand.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("queries." + query + ": " + e.getMessage(), e);
            }
            Queries.requireNames(query, command.names());
            sources.put(query, new RedisSource(pool, command, Keys.of(query, keys.getOrDefault(query, ""))));
        });
        return new SourcePolicy(sources, Lifetimes.of(config.ttl(), config.notFoundTtl(), config.stale()));
    }
}
