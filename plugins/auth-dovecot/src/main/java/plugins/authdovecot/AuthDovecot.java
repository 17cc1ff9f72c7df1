package plugins.authdovecot;

import java.io.IOException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.smtp.SaslMechanism;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the mechanisms that Dovecot offers, before those of other plugins of the same name. A virtual thread asks for them
 * until Dovecot is there, and now and then afterwards. While Dovecot is away they stay, and an attempt gets 454: a client
 * told that there is no AUTH would take its mail for refused.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "mta.auth-dovecot")
@Designate(ocd = AuthDovecot.Config.class)
public final class AuthDovecot {

    private static final Logger LOG = LoggerFactory.getLogger(AuthDovecot.class);

    private static final Duration UNTIL_THERE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(60);
    private static final int BEFORE_OTHERS = 100;

    @ObjectClassDefinition(name = "auth-dovecot", description = "AUTH by the authentication service of Dovecot.")
    @interface Config {

        @AttributeDefinition(
                description = "Dovecot's socket for authentication clients: unix:/run/dovecot/auth-client,"
                        + " 127.0.0.1:12345. Empty: Dovecot is not asked.")
        String endpoint() default "";

        @AttributeDefinition(description = "Mechanisms to offer, of those that Dovecot does. Empty: all.")
        String[] mechanisms() default {};

        @AttributeDefinition(description = "Duration. For the connection to stand, and for each answer.")
        String timeout() default "20s";
    }

    private final BundleContext context;
    private final Set<String> wanted;
    private final Duration timeout;
    private final Dialler dialler;
    private final Map<Mechanism, ServiceRegistration<?>> offered = new LinkedHashMap<>();
    private final Optional<Thread> watcher;
    private boolean complained;

    @Activate
    public AuthDovecot(BundleContext context, @Reference HookPoints hooks, Config config) {
        this.context = context;
        wanted = Stream.of(config.mechanisms())
                .map(name -> name.strip().toUpperCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        timeout = Amount.duration(config.timeout());
        String where = config.endpoint().strip();
        Optional<Endpoint> endpoint = where.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(where));
        dialler = endpoint.map(to -> dialler(hooks, to, timeout)).orElse(() -> {
            throw new IOException("there is no endpoint");
        });
        watcher = endpoint.map(to -> Thread.ofVirtual().name("auth-dovecot").start(() -> watch(to)));
    }

    @Deactivate
    void stop() throws InterruptedException {
        if (watcher.isPresent()) {
            watcher.get().interrupt();
            watcher.get().join();
        }
        offered.values().forEach(ServiceRegistration::unregister);
    }

    private void watch(Endpoint endpoint) {
        try {
            while (true) {
                Thread.sleep(look(endpoint) ? LOOK : UNTIL_THERE);
            }
        } catch (InterruptedException e) {
            // stopped
        }
    }

    private boolean look(Endpoint endpoint) {
        try (AuthConnection connection = AuthConnection.open(dialler, timeout)) {
            offer(connection.mechanisms());
            complained = false;
            return true;
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                LOG.warn("Dovecot's authentication service at {}: {}", endpoint, e.getMessage());
            }
            return false;
        }
    }

    private void offer(List<Mechanism> now) {
        List<Mechanism> usable = usable(now, wanted);
        offered.entrySet().removeIf(entry -> {
            boolean gone = !usable.contains(entry.getKey());
            if (gone) {
                entry.getValue().unregister();
            }
            return gone;
        });
        for (Mechanism mechanism : usable) {
            offered.computeIfAbsent(mechanism, this::register);
        }
        var missing = new TreeSet<>(wanted);
        usable.forEach(mechanism -> missing.remove(mechanism.name()));
        if (!missing.isEmpty() && !complained) {
            LOG.warn("Dovecot does not offer {}", missing);
        }
    }

    static List<Mechanism> usable(List<Mechanism> all, Set<String> wanted) {
        return all.stream()
                .filter(Mechanism::usable)
                .filter(mechanism -> wanted.isEmpty() || wanted.contains(mechanism.name()))
                .distinct()
                .toList();
    }

    private ServiceRegistration<?> register(Mechanism mechanism) {
        return context.registerService(
                SaslMechanism.class,
                new DovecotMechanism(mechanism, dialler, timeout),
                new Hashtable<>(Map.of(
                        Plugin.PROPERTY,
                        "auth-dovecot",
                        Named.PROPERTY,
                        mechanism.name(),
                        Constants.SERVICE_RANKING,
                        BEFORE_OTHERS)));
    }

    /** Through the hook point Io, so that every kind of stream that the node knows will do. */
    private static Dialler dialler(HookPoints hooks, Endpoint to, Duration timeout) {
        HookPoint<Io> io = hooks.point(Io.class);
        return () -> {
            try (Pin pin = hooks.pin()) {
                Io driver = io.driver(pin, to.scheme())
                        .orElseThrow(() -> new IOException("there is no Io for " + to.scheme()));
                return driver.dial(to, Optional.empty(), timeout);
            }
        };
    }
}
