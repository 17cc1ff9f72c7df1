package mta.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import mta.plugins.api.log.LogRecord;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Configuration Admin as the files say. One virtual thread looks for changes; the console may ask for a look. A
 * change is read and checked as a whole before the first of its settings is handed over; if anything is wrong, nothing is.
 */
final class Settings implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Settings.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final ConfigurationAdmin admin;
    private final Path home;
    private final Path instance;
    private final Consumer<LogRecord> records;
    private Thread watcher = Thread.ofVirtual().unstarted(() -> {});

    private Schema schema = new Schema(Map.of());
    private String jars = "";
    private String files = "";
    private ConfigurationRead inForce = new ConfigurationRead(Map.of(), List.of(), List.of());
    private Set<String> known = Set.of();

    /**
     * @param home the distribution
     * @param instance the folder with {@code conf/} and {@code deploy/}
     */
    Settings(ConfigurationAdmin admin, Path home, Path instance, Consumer<LogRecord> records) {
        this.admin = admin;
        this.home = home;
        this.instance = instance;
        this.records = records;
    }

    /** Reads and hands over what there is, for the first time; what is wrong, if anything, hands over nothing. */
    synchronized List<Problem> start() throws IOException {
        known = KnownSections.read(instance);
        ConfigurationRead read = read();
        if (read.isGood()) {
            apply(read);
        }
        return read.problems();
    }

    void watch() {
        watcher = Thread.ofVirtual().name("configuration").start(this::look);
    }

    private void look() {
        String before = stamp();
        try {
            while (true) {
                Thread.sleep(LOOK);
                String now = stamp();
                // Taken over once it has been the same twice: an editor may be half way through writing.
                if (now.equals(before) && !now.equals(known())) {
                    reload();
                }
                before = now;
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private synchronized String known() {
        return jars + files;
    }

    private String stamp() {
        try {
            return stamp(Schema.jars(home, instance)) + stamp(Reader.files(conf()));
        } catch (IOException e) {
            return "?";
        }
    }

    private static String stamp(List<Path> paths) {
        var stamp = new StringBuilder();
        for (Path path : paths) {
            stamp.append(path).append(' ');
            try {
                stamp.append(Files.getLastModifiedTime(path)).append(' ').append(Files.size(path));
            } catch (IOException e) {
                stamp.append("gone");
            }
            stamp.append('\n');
        }
        return stamp.toString();
    }

    private Path conf() {
        return instance.resolve("conf");
    }

    /** Reads now, whether or not anything seems to have changed. */
    synchronized List<Problem> reload() {
        try {
            ConfigurationRead read = read();
            boolean emptied = files.isEmpty() && !inForce.settings().isEmpty();
            List<Problem> problems = emptied
                    ? List.of(new Problem(conf().toString(), 0, "", "holds no files any more"))
                    : read.problems();
            if (problems.isEmpty()) {
                changed(apply(read));
            } else {
                refused(problems);
            }
            return problems;
        } catch (IOException e) {
            var problem = new Problem(conf().toString(), 0, "", e.toString());
            refused(List.of(problem));
            return List.of(problem);
        }
    }

    private ConfigurationRead read() throws IOException {
        List<Path> bundles = Schema.jars(home, instance);
        String now = stamp(bundles);
        if (!now.equals(jars)) {
            schema = schema(bundles, now);
            jars = now;
        }
        files = stamp(Reader.files(conf()));
        return Reader.read(conf(), schema, known);
    }

    private Schema schema(List<Path> bundles, String stamp) {
        Path cache = instance.resolve("var/schema");
        Optional<Schema> kept = SchemaCache.read(cache, stamp);
        if (kept.isPresent()) {
            return kept.get();
        }
        Schema read = Schema.read(bundles);
        SchemaCache.write(cache, stamp, read);
        return read;
    }

    private void refused(List<Problem> problems) {
        problems.forEach(problem -> log.error("configuration: {}", problem));
        log.error("configuration: refused, the settings stay as they were");
        var values = new LinkedHashMap<String, Object>();
        values.put("problems", problems.size());
        values.put("first", problems.getFirst().toString());
        records.accept(new LogRecord.Event(Instant.now(), "ConfigurationRefused", values));
    }

    private void changed(Set<String> pids) {
        if (!pids.isEmpty()) {
            log.info("configuration: changed {}", pids);
            records.accept(new LogRecord.Event(
                    Instant.now(), "ConfigurationChanged", Map.of("changed", String.join(" ", pids))));
        }
    }

    /** @return what has changed */
    private Set<String> apply(ConfigurationRead read) throws IOException {
        var changed = new TreeSet<String>();
        var kept = new HashSet<String>();
        for (var entry : read.settings().entrySet()) {
            String pid = entry.getKey();
            Configuration configuration = configuration(pid);
            kept.add(configuration.getPid());
            if (configuration.updateIfDifferent(new Hashtable<>(entry.getValue()))) {
                changed.add(pid);
            }
        }
        for (Configuration old : all()) {
            if (!kept.contains(old.getPid())) {
                changed.add(old.getPid());
                old.delete();
            }
        }
        unread(read);
        inForce = read;
        return changed;
    }

    /** Says which sections are left alone, once, and remembers all that are known for as long as a file has them. */
    private void unread(ConfigurationRead read) {
        for (Problem one : read.unread()) {
            if (inForce.unread().stream().noneMatch(before -> before.key().equals(one.key()))) {
                log.warn("configuration: {}; it is ignored until one does", one);
                var values = new LinkedHashMap<String, Object>();
                values.put("section", one.key());
                values.put("where", one.file() + ":" + one.line());
                values.put("reason", one.text());
                records.accept(new LogRecord.Event(Instant.now(), "ConfigurationUnread", values));
            }
        }
        var names = new TreeSet<>(schema.sections().keySet());
        read.unread().forEach(one -> names.add(one.key()));
        if (!names.equals(known)) {
            known = names;
            KnownSections.write(instance, names);
        }
    }

    /** {@code mta.listener~mx} is the instance mx of the factory mta.listener; "?": for whichever bundle asks. */
    private Configuration configuration(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    private List<Configuration> all() throws IOException {
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + Section.PREFIX + "*)");
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // it is written above
        }
    }

    /** What is wrong with the files as they are now; changes nothing. */
    synchronized List<Problem> check() throws IOException {
        return Reader.read(conf(), Schema.read(Schema.jars(home, instance)), known)
                .problems();
    }

    synchronized Schema schema() {
        return schema;
    }

    /** The written settings of a section: instance (empty for a single one) to key to value. */
    synchronized Map<String, Map<String, Object>> inForce(Section section) {
        var found = new TreeMap<String, Map<String, Object>>();
        inForce.settings().forEach((pid, values) -> {
            if (pid.equals(section.pid())) {
                found.put("", values);
            } else if (pid.startsWith(section.pid() + "~")) {
                found.put(pid.substring(section.pid().length() + 1), values);
            }
        });
        return found;
    }

    /** Names of all sections, in order. */
    List<String> names() {
        return new ArrayList<>(schema().sections().keySet());
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
