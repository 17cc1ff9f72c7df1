package plugins.ratelimit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Hands the settings of one limit of the section {@code rate-limit} to the {@link RateLimit}. */
@Component(
        service = ConfiguredLimit.class,
        immediate = true,
        configurationPid = "mta.rate-limit",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredLimit.Config.class, factory = true)
public final class ConfiguredLimit {

    @ObjectClassDefinition(name = "rate-limit", description = "How much mail may come in, per client, user, sender ...")
    @interface Config {

        @AttributeDefinition(
                description = "What each has a limit of its own: client (IPv6: its /64), user, listener, sender,"
                        + " sender.domain, recipient, recipient.domain. Several: each crossing of them.")
        String[] per() default {"client"};

        @AttributeDefinition(
                description = "What is counted: at connect, MAIL, RCPT, or the end of the message.",
                options = {@Option("connections"), @Option("messages"), @Option("recipients"), @Option("bytes")})
        String count() default "messages";

        @AttributeDefinition(
                description = "So many in a duration, and at most so many at once: 100/1h, 10/s; of bytes 1GiB/1d.")
        String limit();

        @AttributeDefinition(description = "Networks whose clients are not counted: 192.0.2.0/24, or single addresses.")
        String[] exempt() default {};

        @AttributeDefinition(description = "Whether who is beyond the limit is told 421 and disconnected, not 450.")
        boolean close() default false;

        @AttributeDefinition(
                min = "1",
                description = "How many clients, users ... are remembered, about 300 bytes each; beyond, those seen"
                        + " least are forgotten and begin anew.")
        int maxKeys() default 100_000;
    }

    private final RateLimit limits;
    private final String name;

    @Activate
    public ConfiguredLimit(@Reference RateLimit limits, Config config, Map<String, Object> entries) {
        this.limits = limits;
        String pid = String.valueOf(entries.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        modified(config);
    }

    @Modified
    void modified(Config config) {
        limits.put(rule(name, config));
    }

    static Rule rule(String name, Config config) {
        return Rule.of(
                name,
                List.of(config.per()),
                Rule.Count.valueOf(config.count().toUpperCase(Locale.ROOT)),
                config.limit(),
                List.of(config.exempt()),
                config.maxKeys(),
                config.close());
    }

    @Deactivate
    void remove() {
        limits.remove(name);
    }
}
