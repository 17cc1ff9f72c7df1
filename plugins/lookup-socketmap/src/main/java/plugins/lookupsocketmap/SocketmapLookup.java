package plugins.lookupsocketmap;

import java.util.LinkedHashMap;
import java.util.Map;
import mta.lookup.Keys;
import mta.lookup.Lifetimes;
import mta.lookup.Offer;
import mta.lookup.Queries;
import mta.lookup.Source;
import mta.lookup.SourcePolicy;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One section {@code lookup-socketmap}: a server. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = SocketmapLookup.class,
        configurationPid = "mta.lookup-socketmap",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SocketmapLookup.Config.class, factory = true)
public final class SocketmapLookup {

    @ObjectClassDefinition(name = "lookup-socketmap", description = "Answers from a socketmap server.")
    @interface Config {

        @AttributeDefinition(description = "Endpoint. Where the server is: 127.0.0.1:8461, unix:/run/map.sock.")
        String endpoint();

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The name of the map for a kind of query: queries.AliasFor: virtual.")
        String queries() default "";

        @AttributeDefinition(
                name = "keys.*",
                required = false,
                description = "What is looked up for a kind of query, one after the other, separated by spaces:"
                        + " {address} @{domain}. Without: the usual, see the README of lookup-file.")
        String keys() default "";

        @AttributeDefinition(
                description = "Duration. How long to wait for a connection, and for an answer over TCP. The binding's"
                        + " timeout ends both.")
        String timeout() default "1500ms";

        @AttributeDefinition(description = "Duration. How long an answer is believed.")
        String ttl() default "1m";

        @AttributeDefinition(description = "Duration. How long it is believed that there is no answer.")
        String notFoundTtl() default "10s";

        @AttributeDefinition(
                description = "Duration. How long after its ttl an answer is given while the server is away.")
        String stale() default "1h";
    }

    private final Offer offer;

    @Activate
    public SocketmapLookup(BundleContext context, Config config, Map<String, Object> properties) {
        this.offer = new Offer(context, "lookup-socketmap." + Offer.section(properties));
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
        var server = new MapServer(Endpoint.parse(config.endpoint()), Amount.duration(config.timeout()));
        offer.put(() -> policy(server, config, properties), server::close);
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static SourcePolicy policy(MapServer server, Config config, Map<String, Object> properties) {
        Map<String, String> keys = Queries.texts(properties, "keys");
        var sources = new LinkedHashMap<String, Source>();
        Queries.texts(properties, "queries").forEach((query, map) -> {
            if (map.isBlank() || map.indexOf(' ') >= 0) {
                throw new IllegalArgumentException("queries." + query + ": a map's name is a word, not '" + map + "'");
            }
            sources.put(query, new SocketmapSource(server, map, Keys.of(query, keys.getOrDefault(query, ""))));
        });
        return new SourcePolicy(sources, Lifetimes.of(config.ttl(), config.notFoundTtl(), config.stale()));
    }
}
