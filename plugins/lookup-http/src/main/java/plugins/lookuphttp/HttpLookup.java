package plugins.lookuphttp;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** One section {@code lookup-http}: a server that answers. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = HttpLookup.class,
        configurationPid = "mta.lookup-http",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HttpLookup.Config.class, factory = true)
public final class HttpLookup {

    @ObjectClassDefinition(name = "lookup-http", description = "Answers from an HTTP server.")
    @interface Config {

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The URL for a kind of query, with values by name: http://127.0.0.1:8080/users/{name}.")
        String queries() default "";

        @AttributeDefinition(
                name = "headers.*",
                required = false,
                description = "Fields of the request: headers.Authorization: Bearer ${env:TOKEN}.")
        String headers() default "";

        @AttributeDefinition(
                description = "Duration. How long to wait for a connection, and for an answer. The binding's timeout"
                        + " ends both.")
        String timeout() default "1500ms";

        @AttributeDefinition(description = "Size. A larger answer is none.")
        String maxAnswer() default "64KiB";

        @AttributeDefinition(
                description = "Duration. How long an answer is believed that does not say so (Cache-Control: max-age).")
        String ttl() default "1m";

        @AttributeDefinition(description = "Duration. How long it is believed that there is no answer.")
        String notFoundTtl() default "10s";

        @AttributeDefinition(
                description = "Duration. How long after its ttl an answer is given while the server is away.")
        String stale() default "1h";
    }

    private final Offer offer;

    @Activate
    public HttpLookup(BundleContext context, Config config, Map<String, Object> properties) {
        this.offer = new Offer(context, "lookup-http." + Offer.section(properties));
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
        HttpClient client = client(config);
        offer.put(() -> policy(client, config, properties), client::shutdownNow);
    }

    /** No redirects: where a question goes is for the configuration to say. */
    static HttpClient client(Config config) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Amount.duration(config.timeout()))
                .build();
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static SourcePolicy policy(HttpClient client, Config config, Map<String, Object> properties) {
        var headers = new HashMap<String, String>();
        properties.forEach((key, value) -> {
            if (key.startsWith("headers.")) {
                headers.put(key.substring("headers.".length()), value.toString());
            }
        });
        Duration timeout = Amount.duration(config.timeout());
        int largest = Math.toIntExact(Amount.bytes(config.maxAnswer()));
        var sources = new LinkedHashMap<String, Source>();
        Queries.texts(properties, "queries").forEach((query, text) -> {
            UrlTemplate template;
            try {
                template = UrlTemplate.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("queries." + query + ": " + e.getMessage(), e);
            }
            Queries.requireNames(query, template.names());
            sources.put(query, new HttpSource(client, template, Map.copyOf(headers), timeout, largest));
        });
        return new SourcePolicy(sources, Lifetimes.of(config.ttl(), config.notFoundTtl(), config.stale()));
    }
}
