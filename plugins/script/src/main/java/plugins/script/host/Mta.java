package plugins.script.host;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.Header;
import mta.plugins.api.policy.Table;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import plugins.script.view.Inward;

/** The global object {@code mta} of a script. Thread-safe: all contexts of a script have the same. */
public final class Mta {

    @Export
    public final Http http;

    @Export
    public final Names dns;

    @Export
    public final Events records;

    private final Services services;
    private volatile Logger log;
    private volatile String script;
    private volatile Map<String, Object> defaults = Map.of();

    /** @param script name of its file, until it has said its own */
    public Mta(String script, Services services) {
        this.script = script;
        this.services = services;
        this.http = services.http();
        this.dns = new Names(services.dns());
        this.records = new Events(services);
        this.log = LoggerFactory.getLogger("script." + script);
    }

    /** @param config the script's own, for what is not configured */
    public void says(String name, Map<String, Object> config) {
        script = name;
        defaults = Map.copyOf(config);
        log = LoggerFactory.getLogger("script." + name);
    }

    // ---- verdicts

    @Export
    public Verdict next() {
        return Verdict.NEXT;
    }

    @Export
    public Verdict accept() {
        return Verdict.accept();
    }

    /** @param scope stage, message or session */
    @Export
    public Verdict accept(String scope) {
        return Verdict.accept(Verdict.Scope.valueOf(scope.toUpperCase(java.util.Locale.ROOT)));
    }

    @Export
    public Verdict refuse(String reply) {
        return Verdict.refuse(reply);
    }

    /** @param options {@code {close: true}} also ends the connection */
    @Export
    public Verdict refuse(String reply, Value options) {
        Value close = options.getMember("close");
        return new Verdict.Refuse(Reply.parse(reply), close != null && close.asBoolean());
    }

    @Export
    public Verdict hold(String reason) {
        return Verdict.hold(reason);
    }

    @Export
    public Verdict discard(String reason) {
        return Verdict.discard(reason);
    }

    @Export
    public Verdict later(Value when) {
        return later(when, "451 4.3.0 Later");
    }

    /** @param when from now ({@code '15m'}, milliseconds) or at a time (Date, ISO 8601) */
    @Export
    public Verdict later(Value when, String reply) {
        return Verdict.later(Inward.when(when, services.clock().instant()), Reply.parse(reply));
    }

    // ---- time, settings, log

    @Export
    public Instant now() {
        return services.clock().instant();
    }

    @Export
    public Instant after(Value duration) {
        return services.clock().instant().plus(Inward.duration(duration));
    }

    /** Milliseconds of {@code '1h30m'}. */
    @Export
    public long ms(Value duration) {
        return Inward.duration(duration).toMillis();
    }

    /** Whole days since a date such as {@code 2026-11-01}. */
    @Export
    public long daysSince(String date) {
        Instant start = Instant.parse(date.length() == 10 ? date + "T00:00:00Z" : date);
        return Duration.between(start, services.clock().instant()).toDays();
    }

    /** A setting of this script: as configured, else the script's own default, else null. */
    @Export
    public Object config(String key) {
        Object configured = services.config().apply(script).get(key);
        return configured != null ? configured : defaults.get(key);
    }

    /** @param level error, warn, info or debug */
    @Export
    public void log(String level, String text) {
        switch (level) {
            case "error" -> log.error("{}", text);
            case "warn" -> log.warn("{}", text);
            case "info" -> log.info("{}", text);
            case "debug" -> log.debug("{}", text);
            default -> throw new IllegalArgumentException("a level is error, warn, info or debug, not " + level);
        }
    }

    // ---- the world

    /** A value of a table; null: not there. Throws if it cannot be told. */
    @Export
    public String lookup(String table, String key) throws Unresolved {
        Optional<String> found = services.lookup().find(new Table(table, key));
        return found.orElse(null);
    }

    /** What all contexts and versions of this script share; gone when the node stops. */
    @Export
    public State state(String name) {
        return services.states().of(script, name);
    }

    @Export
    public Header header(String name, String value) {
        return Header.of(name, value);
    }

    @Export
    @Override
    public String toString() {
        return "mta";
    }
}
