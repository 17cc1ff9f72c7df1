package plugins.lookupsql;

import java.nio.file.Path;
import java.util.Arrays;
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

/** One section {@code lookup-sql}: a database that answers. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = SqlLookup.class,
        configurationPid = "mta.lookup-sql",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SqlLookup.Config.class, factory = true)
public final class SqlLookup {

    @ObjectClassDefinition(name = "lookup-sql", description = "Answers from a database.")
    @interface Config {

        @AttributeDefinition(description = "JDBC URL, such as jdbc:postgresql://127.0.0.1/mail.")
        String url();

        @AttributeDefinition(required = false, description = "Whom to connect as.")
        String user() default "";

        @AttributeDefinition(required = false, description = "Best as ${file:UTF-8:/path} or ${env:NAME}.")
        String password() default "";

        @AttributeDefinition(description = "JDBC drivers: jars, and folders of jars. Relative to the instance folder.")
        String[] drivers() default {"jdbc"};

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The statement for a kind of query, with values by name: select role from domains where"
                        + " name = :domain.")
        String queries() default "";

        @AttributeDefinition(min = "1", max = "1000", description = "Most connections at the same time.")
        int pool() default 4;

        @AttributeDefinition(
                description = "Duration. How long to wait for a connection, and for an answer (whole seconds, at least"
                        + " one). The binding's timeout ends both.")
        String timeout() default "1500ms";

        @AttributeDefinition(description = "Duration. How long an answer is believed.")
        String ttl() default "1m";

        @AttributeDefinition(description = "Duration. How long it is believed that there is no answer.")
        String notFoundTtl() default "10s";

        @AttributeDefinition(
                description = "Duration. How long after its ttl an answer is given while the database is away.")
        String stale() default "1h";
    }

    private final String name;
    private final Offer offer;

    @Activate
    public SqlLookup(BundleContext context, Config config, Map<String, Object> properties) {
        this.name = Offer.section(properties);
        this.offer = new Offer(context, "lookup-sql." + name);
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
        var database = new Database(settings(name, Path.of(System.getProperty("mta.data", "")), config));
        offer.put(() -> policy(database, config, properties), database::close);
    }

    static Database.Settings settings(String name, Path data, Config config) {
        return new Database.Settings(
                name,
                config.url(),
                config.user(),
                config.password(),
                Arrays.stream(config.drivers())
                        .map(place -> data.resolve(place).toAbsolutePath().normalize())
                        .toList(),
                config.pool(),
                Amount.duration(config.timeout()));
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static SourcePolicy policy(Database database, Config config, Map<String, Object> properties) {
        var sources = new LinkedHashMap<String, Source>();
        Queries.texts(properties, "queries")
                .forEach((query, text) -> sources.put(query, new Statement(database, query, text)));
        return new SourcePolicy(sources, Lifetimes.of(config.ttl(), config.notFoundTtl(), config.stale()));
    }
}
