package plugins.script;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.log.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import plugins.script.host.Services;

/**
 * The scripts of a folder, live: what is saved is loaded and takes the place of the version before, what does not load
 * leaves that version where it is, what is removed goes. One platform thread looks and loads, because loading is heavy work
 * that must not take the carriers of mail; old versions are waited for on threads of their own.
 */
public final class Library implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Library.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Makes a service known as a plugin; closing takes it away and waits for its calls. */
    @FunctionalInterface
    public interface Registrar {
        AutoCloseable register(Class<?> type, Object service, Map<String, Object> properties);
    }

    /** A script file and what became of it. */
    public record Status(
            String file,
            Optional<String> name,
            String version,
            List<Group> groups,
            int contexts,
            Optional<ScriptRefused> refusal) {}

    private final Path root;
    private final Registrar registrar;
    private final Function<String, Optional<Class<?>>> types;
    private final Services services;
    private final Thread thread;

    /** Guards what follows: the looking thread and the console change it. */
    private final Object loading = new Object();

    private final Map<Path, Entry> entries = new TreeMap<>();
    private ScriptSettings settings;
    private JsEngine engine;
    private Watch watch;

    private String trouble = "";
    private volatile boolean typesChanged;
    private volatile boolean closed;

    /** A file; guarded by {@link #loading}. */
    private static final class Entry {
        private final Path file;
        private String stamp = "";
        private String seen = "";
        private Set<Path> files;
        private Script script;
        private Optional<ScriptRefused> refusal = Optional.empty();
        private final Map<Group, Live> live = new LinkedHashMap<>();

        Entry(Path file) {
            this.file = file;
            this.files = Set.of(file);
        }
    }

    private record Live(Class<?> type, AutoCloseable registration) {}

    /** @param types finds an interface that another bundle declares */
    public Library(
            Path folder,
            Registrar registrar,
            Function<String, Optional<Class<?>>> types,
            ScriptSettings settings,
            Services services)
            throws IOException {
        this.root = folder.toRealPath();
        this.registrar = registrar;
        this.types = types;
        this.settings = settings;
        this.services = services;
        this.thread = Thread.ofPlatform().daemon().name("mta-scripts").unstarted(this::watch);
    }

    public void start() {
        thread.start();
    }

    private void watch() {
        while (!closed) {
            look();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Another bundle has come or gone. */
    public void typesChanged() {
        typesChanged = true;
        LockSupport.unpark(thread);
    }

    // ---- looking

    private void look() {
        synchronized (loading) {
            if (closed) {
                return;
            }
            try {
                List<Path> files = files();
                for (Path file : files) {
                    consider(entries.computeIfAbsent(file, Entry::new));
                }
                for (Entry entry : List.copyOf(entries.values())) {
                    if (!files.contains(entry.file)) {
                        remove(entry);
                    }
                }
                if (typesChanged) {
                    typesChanged = false;
                    entries.values().forEach(this::followTypes);
                }
                trouble = "";
            } catch (IOException | RuntimeException e) {
                if (!trouble.equals(e.toString())) { // once, not at every look
                    trouble = e.toString();
                    log.error("the scripts in {} cannot be looked at", root, e);
                }
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> file.toString().matches(".*\\.m?js")
                            && !file.toString().matches(".*\\.test\\.m?js"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** Loaded once it has looked the same twice: an editor may be half way through writing. */
    private void consider(Entry entry) {
        String now = stamp(entry.files);
        boolean settled = now.equals(entry.seen) || entry.seen.isEmpty();
        entry.seen = now;
        if (settled && !now.equals(entry.stamp)) {
            loadAsIs(entry);
        }
    }

    /** Loads what the files hold now. What is saved meanwhile may have the later stamp already: it is loaded at the next look. */
    private void loadAsIs(Entry entry) {
        ScriptFolder read = load(entry);
        entry.seen = stamp(entry.files);
        entry.stamp = read.isCurrent() ? entry.seen : "";
    }

    private static String stamp(Set<Path> files) {
        var stamp = new StringBuilder();
        for (Path file : files.stream().sorted().toList()) {
            try {
                stamp.append(file)
                        .append(Files.getLastModifiedTime(file))
                        .append(' ')
                        .append(Files.size(file));
            } catch (IOException e) {
                stamp.append(file).append("gone");
            }
        }
        return stamp.toString();
    }

    // ---- loading

    private ScriptFolder load(Entry entry) {
        var folder = new ScriptFolder(root);
        try {
            load(entry, folder);
        } catch (LinkageError e) {
            String why = "there is no JavaScript here: GraalJS is not in the distribution's lib folder (" + e + ")";
            refused(entry, new ScriptRefused(entry.file.getFileName().toString(), 0, 0, why));
        }
        return folder;
    }

    private void load(Entry entry, ScriptFolder folder) {
        try {
            Script next = Script.load(entry.file, engine(), watch, settings, services, folder);
            Optional<Entry> other = entries.values().stream()
                    .filter(each -> each != entry
                            && each.script != null
                            && each.script.name().equals(next.name()))
                    .findFirst();
            if (other.isPresent()) {
                next.close();
                String taken = "the name " + next.name() + " is taken by "
                        + other.get().file.getFileName();
                refused(entry, new ScriptRefused(entry.file.getFileName().toString(), 1, 1, taken));
            } else {
                replace(entry, next);
            }
        } catch (ScriptRefused e) {
            refused(entry, e);
        } catch (RuntimeException e) {
            log.error("script {} cannot be loaded", entry.file, e);
            refused(entry, new ScriptRefused(entry.file.getFileName().toString(), 0, 0, e.toString()));
        }
        var files = new java.util.HashSet<>(folder.files().keySet());
        files.add(entry.file);
        entry.files = files;
    }

    private JsEngine engine() {
        if (engine == null) {
            long start = System.nanoTime();
            engine = new JsEngine(settings.statementLimit(), new LogLines());
            watch = new Watch();
            log.info("JavaScript: {}, started in {} ms", engine.runtime(), (System.nanoTime() - start) / 1_000_000);
        }
        return engine;
    }

    /** The new version beside the old one first, so that no call finds neither. */
    private void replace(Entry entry, Script next) {
        Script before = entry.script;
        List<Live> old = List.copyOf(entry.live.values());
        entry.script = next;
        entry.refusal = Optional.empty();
        entry.live.clear();
        next.groups().forEach(group -> register(entry, group));
        log.info("script {} {} is live: {}", next.name(), next.version(), points(next));
        event("ScriptLoaded", entry, Map.of("script", next.name(), "version", next.version()));
        retire(before, old);
    }

    private static List<String> points(Script script) {
        return script.groups().stream().map(Group::point).toList();
    }

    private void register(Entry entry, Group group) {
        Optional<Class<?>> type = group.type().or(() -> types.apply(group.point()));
        if (type.isEmpty()) {
            log.info("script {}: no bundle declares {} yet", entry.script.name(), group.point());
            return;
        }
        Group known = group.withType(type.get());
        var properties = new HashMap<String, Object>();
        properties.put(Plugin.PROPERTY, group.plugin());
        properties.put("mta.version", entry.script.version());
        properties.put("mta.stages", stages(known));
        group.named().ifPresent(name -> properties.put(Named.PROPERTY, name));
        AutoCloseable registration = registrar.register(type.get(), entry.script.implement(known), properties);
        entry.live.put(group, new Live(type.get(), registration));
    }

    private static String[] stages(Group group) {
        return Stream.of(group.type().orElseThrow().getMethods())
                .filter(method -> method.isAnnotationPresent(Hook.class))
                .map(java.lang.reflect.Method::getName)
                .filter(group.functions()::containsKey)
                .distinct()
                .toArray(String[]::new);
    }

    /** Those of other bundles' hook points: registered when the interface comes, taken away when it goes or is another one. */
    private void followTypes(Entry entry) {
        if (entry.script == null) {
            return;
        }
        for (Group group : entry.script.groups()) {
            if (group.type().isPresent()) {
                continue;
            }
            Live live = entry.live.get(group);
            Class<?> now = types.apply(group.point()).orElse(null);
            if (live != null && live.type() != now) {
                entry.live.remove(group);
                close(live.registration());
                live = null;
            }
            if (live == null && now != null) {
                register(entry, group);
            }
        }
    }

    private void refused(Entry entry, ScriptRefused why) {
        entry.refusal = Optional.of(why);
        String kept = entry.script == null ? "it is not live" : "version " + entry.script.version() + " stays";
        log.error("script refused, {}: {}", kept, why.getMessage());
        services.records()
                .emit(new LogRecord.Event(
                        services.clock().instant(),
                        "ScriptRefused",
                        ordered(
                                "file",
                                why.file(),
                                "line",
                                why.line(),
                                "column",
                                why.column(),
                                "reason",
                                why.reason(),
                                "kept",
                                entry.script == null ? "" : entry.script.version())));
    }

    private static Map<String, Object> ordered(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private void event(String kind, Entry entry, Map<String, Object> values) {
        var all = new LinkedHashMap<String, Object>();
        all.put("file", entry.file.getFileName().toString());
        all.putAll(new TreeMap<>(values));
        services.records().emit(new LogRecord.Event(services.clock().instant(), kind, all));
    }

    private void remove(Entry entry) {
        entries.remove(entry.file);
        if (entry.script != null) {
            log.info("script {} is gone", entry.script.name());
            event("ScriptRemoved", entry, Map.of("script", entry.script.name()));
            services.states().forget(entry.script.name());
            retire(entry.script, List.copyOf(entry.live.values()));
        }
    }

    /** Leaving waits for running calls, seconds at worst; meanwhile other scripts are looked at. */
    private static void retire(Script script, List<Live> live) {
        if (script == null) {
            return;
        }
        Thread.ofVirtual().name("mta/script/retire").start(() -> {
            live.forEach(one -> close(one.registration()));
            script.close();
        });
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            log.warn("a script left with", e);
        }
    }

    // ---- for the console and settings

    public List<Status> status() {
        synchronized (loading) {
            var all = new ArrayList<Status>();
            for (Entry entry : entries.values()) {
                Script script = entry.script;
                all.add(new Status(
                        entry.file.getFileName().toString(),
                        Optional.ofNullable(script).map(Script::name),
                        script == null ? "" : script.version(),
                        script == null ? List.of() : script.groups(),
                        script == null ? 0 : script.contexts(),
                        entry.refusal));
            }
            return all;
        }
    }

    /** Which runtime; empty while there was no script yet. */
    public Optional<String> runtime() {
        synchronized (loading) {
            return Optional.ofNullable(engine).map(JsEngine::runtime);
        }
    }

    /** Loads scripts anew, changed or not. @param name of a script or file; empty: all. @return how many */
    public int reload(String name) {
        synchronized (loading) {
            int count = 0;
            for (Entry entry : entries.values()) {
                boolean meant = name.isEmpty()
                        || entry.file.getFileName().toString().equals(name)
                        || entry.script != null && entry.script.name().equals(name);
                if (meant) {
                    loadAsIs(entry);
                    count++;
                }
            }
            return count;
        }
    }

    public ScriptSettings settings() {
        synchronized (loading) {
            return settings;
        }
    }

    /** What {@code mta.config} tells changes at once; all else with new contexts. */
    public void settings(ScriptSettings next) {
        synchronized (loading) {
            ScriptSettings before = settings;
            settings = next;
            if (engine == null || before.withoutConfig().equals(next.withoutConfig())) {
                return;
            }
            if (before.statementLimit() != next.statementLimit()) {
                engine = null; // the old one goes with the last of its contexts
            }
        }
        reload("");
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        synchronized (loading) {
            for (Entry entry : entries.values()) {
                entry.live.values().forEach(live -> close(live.registration()));
                if (entry.script != null) {
                    entry.script.close();
                }
            }
            entries.clear();
            if (engine != null) {
                engine.close();
                watch.close();
            }
            services.http().close();
        }
    }

    /** What scripts write to the console goes to the log, line by line. */
    private static final class LogLines extends OutputStream {

        private static final Logger console = LoggerFactory.getLogger("script.console");
        private final StringBuilder line = new StringBuilder();

        @Override
        public synchronized void write(int octet) {
            if (octet == '\n' || line.length() >= 1_000) {
                console.info("{}", line);
                line.setLength(0);
            }
            if (octet != '\n') {
                line.append((char) (octet & 255));
            }
        }
    }
}
