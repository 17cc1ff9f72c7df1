package plugins.lookupldap;

import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPInterface;
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

/** One section {@code lookup-ldap}: a directory that answers. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = LdapLookup.class,
        configurationPid = "mta.lookup-ldap",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LdapLookup.Config.class, factory = true)
public final class LdapLookup {

    @ObjectClassDefinition(name = "lookup-ldap", description = "Answers from an LDAP directory.")
    @interface Config {

        @AttributeDefinition(description = "ldap://127.0.0.1:389 or ldaps://ldap.example.org.")
        String url();

        @AttributeDefinition(description = "Whether to go on encrypted (StartTLS) or not at all.")
        boolean startTls() default false;

        @AttributeDefinition(required = false, description = "Whom to connect as. Empty: anonymous.")
        String bindDn() default "";

        @AttributeDefinition(required = false, description = "Best as ${file:UTF-8:/path} or ${env:NAME}.")
        String password() default "";

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The search for a kind of query, base?attributes?scope?filter:"
                        + " ou=people,dc=example,dc=org?mail?sub?(mail={name}).")
        String queries() default "";

        @AttributeDefinition(min = "1", max = "1000", description = "Connections that are kept.")
        int pool() default 4;

        @AttributeDefinition(
                description = "Duration. How long to wait for a connection, and for an answer. The binding's timeout"
                        + " ends both.")
        String timeout() default "1500ms";

        @AttributeDefinition(description = "Duration. How long an answer is believed.")
        String ttl() default "1m";

        @AttributeDefinition(description = "Duration. How long it is believed that there is no answer.")
        String notFoundTtl() default "10s";

        @AttributeDefinition(
                description = "Duration. How long after its ttl an answer is given while the directory is away.")
        String stale() default "1h";
    }

    private final String name;
    private final Offer offer;

    @Activate
    public LdapLookup(BundleContext context, Config config, Map<String, Object> properties) {
        this.name = Offer.section(properties);
        this.offer = new Offer(context, "lookup-ldap." + name);
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
        LDAPConnectionPool pool = Directory.open(settings(name, config));
        offer.put(() -> policy(pool, config, properties), pool::close);
    }

    static Directory.Settings settings(String name, Config config) {
        return new Directory.Settings(
                name,
                config.url(),
                config.startTls(),
                config.bindDn(),
                config.password(),
                config.pool(),
                Amount.duration(config.timeout()));
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static SourcePolicy policy(LDAPInterface directory, Config config, Map<String, Object> properties) {
        var sources = new LinkedHashMap<String, Source>();
        Queries.texts(properties, "queries").forEach((query, text) -> {
            Search search;
            try {
                search = Search.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("queries." + query + ": " + e.getMessage(), e);
            }
            Queries.requireNames(query, search.names());
            sources.put(query, new LdapSource(directory, search));
        });
        return new SourcePolicy(sources, Lifetimes.of(config.ttl(), config.notFoundTtl(), config.stale()));
    }
}
