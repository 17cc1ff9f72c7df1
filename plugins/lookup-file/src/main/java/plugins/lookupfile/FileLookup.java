package plugins.lookupfile;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.lookup.Keys;
import mta.lookup.Lifetimes;
import mta.lookup.Offer;
import mta.lookup.Queries;
import mta.lookup.Source;
import mta.lookup.SourcePolicy;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Query;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One section {@code lookup-file}: a policy that answers from files. Activated by the framework's threads, one at a time. */
@Component(
        immediate = true,
        service = FileLookup.class,
        configurationPid = "mta.lookup-file",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FileLookup.Config.class, factory = true)
public final class FileLookup {

    private static final Logger LOG = LoggerFactory.getLogger(FileLookup.class);

    @ObjectClassDefinition(name = "lookup-file", description = "Answers from files of keys and values.")
    @interface Config {

        @AttributeDefinition(
                name = "queries.*",
                required = false,
                description = "The file for a kind of query: queries.DomainFor, queries.Table.NAME. Relative to the"
                        + " instance folder; *.yaml and *.csv are read as such, others as lines of key and value.")
        String queries() default "";

        @AttributeDefinition(
                name = "keys.*",
                required = false,
                description = "What is looked up for a kind of query, one after the other, separated by spaces:"
                        + " {user}@{domain} @{domain}. Without: the usual, see the README.")
        String keys() default "";

        @AttributeDefinition(description = "Whether upper and lower case are the same in keys.")
        boolean fold() default true;
    }

    /** Answers are in memory: asking costs less than a cache. That something is not there holds until a file changes. */
    private static final Lifetimes LIFETIMES = new Lifetimes(Duration.ZERO, Duration.ofHours(1), Duration.ZERO);

    private final String name;
    private final Lookup lookup;
    private final Records records;
    private final Offer offer;
    private volatile List<LiveMap> maps = List.of();
    private volatile MapWatch watch = new MapWatch("", List.of(), _ -> {});

    @Activate
    public FileLookup(
            BundleContext context,
            @Reference Lookup lookup,
            @Reference Records records,
            Config config,
            Map<String, Object> properties) {
        this.name = Offer.section(properties);
        this.lookup = lookup;
        this.records = records;
        this.offer = new Offer(context, "lookup-file." + name);
        open(config, properties);
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        try {
            open(config, properties);
        } catch (IllegalArgumentException e) {
            LOG.error("lookup-file.{}: {}; the old settings stay", name, e.getMessage());
        }
    }

    @Deactivate
    void stop() {
        watch.close();
        offer.close();
    }

    private void open(Config config, Map<String, Object> properties) {
        List<LiveMap> next = maps(Path.of(System.getProperty("mta.data", "")), config.fold(), properties);
        watch.close();
        maps = next;
        var sources = new LinkedHashMap<String, Source>();
        next.forEach(map -> sources.put(map.query(), map));
        offer.put(new SourcePolicy(sources, LIFETIMES));
        next.forEach(map -> map.refusal().ifPresent(reason -> refused(map, reason)));
        watch = new MapWatch(name, next, this::changed);
        watch.start();
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static List<LiveMap> maps(Path data, boolean fold, Map<String, Object> properties) {
        Map<String, String> keys = Queries.texts(properties, "keys");
        var maps = new ArrayList<LiveMap>();
        Queries.texts(properties, "queries").forEach((query, file) -> {
            Path path = data.resolve(file).toAbsolutePath().normalize();
            maps.add(new LiveMap(query, path, Keys.of(query, keys.getOrDefault(query, "")), fold));
        });
        return List.copyOf(maps);
    }

    /** By the watcher. What others have been told is not to be believed any more. */
    private void changed(LiveMap map) {
        if (map.refusal().isPresent()) {
            refused(map, map.refusal().get());
            return;
        }
        lookup.forget(type(map.query()));
        int entries = map.size().orElse(0);
        LOG.info("lookup-file.{}: {}: {} entries", name, map.file(), entries);
        event("LookupFileRead", map, "entries", entries);
    }

    @SuppressWarnings("unchecked") // the class is a query's
    private static Class<? extends Query<?>> type(String query) {
        return (Class<? extends Query<?>>) Queries.type(query).orElse(Query.class);
    }

    private void refused(LiveMap map, String reason) {
        LOG.error(
                "lookup-file.{}: {}; {}",
                name,
                reason,
                map.size().isPresent()
                        ? "the old entries stay"
                        : "until it can be read, " + map.query() + " cannot be told");
        event("LookupFileRefused", map, "reason", reason);
    }

    private void event(String kind, LiveMap map, String key, Object value) {
        var values = new LinkedHashMap<String, Object>();
        values.put("plugin", "lookup-file." + name);
        values.put("query", map.query());
        values.put("file", map.file().toString());
        values.put(key, value);
        records.emit(new LogRecord.Event(Instant.now(), kind, values));
    }

    String name() {
        return name;
    }

    List<LiveMap> maps() {
        return maps;
    }
}
