package mta.queue.policy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.QueueSettings;
import mta.plugins.api.policy.TlsFor;

/** What holds for somebody, and which scope said so. */
public final class Effective {

    private final Map<Setting, Scope> scopes = new EnumMap<>(Setting.class);

    private Effective(Map<Setting, Scope> scopes) {
        this.scopes.putAll(scopes);
    }

    Effective(List<Scope> fromLeastSpecific, Facts facts) {
        for (Scope scope : fromLeastSpecific) {
            if (scope.matches(facts)) {
                scope.values().keySet().forEach(setting -> scopes.put(setting, scope));
            }
        }
    }

    /** The same with the settings of one scope more, which is more specific than all others. */
    Effective with(Scope scope) {
        var effective = new Effective(scopes);
        scope.values().keySet().forEach(setting -> effective.scopes.put(setting, scope));
        return effective;
    }

    /** The scope that set it; empty: its default. */
    public Optional<Scope> scope(Setting setting) {
        return Optional.ofNullable(scopes.get(setting));
    }

    /** As it was written. */
    public String text(Setting setting) {
        Scope scope = scopes.get(setting);
        return scope == null ? setting.standard() : scope.texts().get(setting);
    }

    private static final Map<Setting, Object> STANDARDS = standards();

    private static Map<Setting, Object> standards() {
        Map<Setting, Object> map = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            map.put(setting, setting.read(setting.standard()));
        }
        return map;
    }

    /** The reader of a setting gives the type that the accessors below ask for. */
    @SuppressWarnings("unchecked")
    private <T> T value(Setting setting) {
        Scope scope = scopes.get(setting);
        return (T) (scope == null ? STANDARDS.get(setting) : scope.values().get(setting));
    }

    public QueueSettings queue() {
        return new QueueSettings(
                this.<List<Duration>>value(Setting.RETRY),
                this.<Double>value(Setting.JITTER),
                value(Setting.EXPIRY),
                this.<Optional<Duration>>value(Setting.DELAY_NOTICE),
                value(Setting.TRANSPORT),
                value(Setting.POOL),
                this.<Optional<String>>value(Setting.ROUTE),
                this.<Integer>value(Setting.WEIGHT),
                this.<Integer>value(Setting.MAX_ATTEMPTS));
    }

    /** For mail that nobody gave another; empty: as placed. */
    public Optional<Integer> priority() {
        return value(Setting.PRIORITY);
    }

    public PathSettings path() {
        return new PathSettings(
                this.<Integer>value(Setting.CONNECTIONS),
                this.<Integer>value(Setting.MESSAGES_PER_CONNECTION),
                this.<Integer>value(Setting.RECIPIENTS_PER_TRANSACTION),
                this.<Double>value(Setting.RATE),
                value(Setting.CONNECT_TIMEOUT),
                value(Setting.COMMAND_TIMEOUT),
                value(Setting.IDLE),
                value(Setting.BACKOFF),
                value(Setting.MAX_BACKOFF),
                this.<TlsFor.Mode>value(Setting.TLS));
    }
}
