package plugins.script;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import mta.plugins.api.hooks.Stoppable;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import plugins.script.host.Mta;
import plugins.script.host.Services;

/**
 * One version of a script: what it exports, and the contexts that run it. Immutable; a changed file makes another one.
 * Loading runs on the thread that asks, with a deadline.
 */
public final class Script implements AutoCloseable {

    private static final Duration LOAD_LIMIT = Duration.ofSeconds(10);
    private static final Source BIND = Source.newBuilder("js", "(object, name) => object[name].bind(object)", "bind")
            .internal(true)
            .buildLiteral();

    private final Path file;
    private final ScriptFolder folder;
    private final JsEngine engine;
    private final Watch watch;
    private final Source source;
    private final Mta mta;
    private final Outline outline;
    private final String version;
    private final Pool pool;
    private final Duration callTimeout;

    /**
     * Loads and tests a script.
     *
     * @param root the scripts folder, without links
     * @throws ScriptRefused if it does not parse, exports what it must not, or its selftest fails
     */
    public static Script load(
            Path root, Path file, JsEngine engine, Watch watch, ScriptSettings settings, Services services)
            throws ScriptRefused {
        return load(file, engine, watch, settings, services, new ScriptFolder(root));
    }

    /** @param folder also knows what was read when the script is refused */
    static Script load(
            Path file, JsEngine engine, Watch watch, ScriptSettings settings, Services services, ScriptFolder folder)
            throws ScriptRefused {
        var script = new Script(file, engine, watch, settings, services, folder);
        watch.add(script.pool);
        return script;
    }

    private Script(
            Path file, JsEngine engine, Watch watch, ScriptSettings settings, Services services, ScriptFolder folder)
            throws ScriptRefused {
        this.file = file;
        this.engine = engine;
        this.watch = watch;
        this.folder = folder;
        this.callTimeout = settings.callTimeout();
        String fileName = file.getFileName().toString();
        String base = fileName.replaceFirst("\\.m?js$", "");
        this.mta = new Mta(base, services);
        this.source = source(fileName);
        this.pool = new Pool(base, settings, this::slot);
        Slot first = open(pool);
        try {
            Value exported = exported(first);
            this.outline = Outline.read(fileName, base, exported);
            mta.says(outline.name(), outline.config());
            first.functions(functions(first.context(), exported));
            selftest(first, exported);
        } catch (ScriptRefused | RuntimeException e) {
            pool.retire();
            first.close();
            throw e;
        }
        this.version = hash();
        pool.add(first);
        for (int i = 1; i < settings.contexts(); i++) {
            pool.add();
        }
    }

    private Source source(String fileName) throws ScriptRefused {
        try {
            return Source.newBuilder("js", new String(folder.read(file), StandardCharsets.UTF_8), fileName)
                    .mimeType("application/javascript+module")
                    .uri(file.toUri())
                    .build();
        } catch (IOException | SecurityException e) {
            throw new ScriptRefused(fileName, 0, 0, "cannot be read: " + e.getMessage());
        }
    }

    // ---- contexts

    private Slot open(Pool pool) {
        Context context = engine.context(folder);
        context.getBindings("js").putMember("mta", mta);
        var slot = new Slot(context, engine.statementLimit() > 0, pool::back);
        watch.add(slot);
        return slot;
    }

    /** Another one, for the pool. */
    private Slot slot(Pool pool) throws ScriptRefused {
        Slot slot = open(pool);
        try {
            slot.functions(functions(slot.context(), exported(slot)));
            return slot;
        } catch (ScriptRefused | RuntimeException e) {
            slot.replaced(); // it never was in the pool
            slot.close();
            throw e;
        }
    }

    private Value exported(Slot slot) throws ScriptRefused {
        return loading(slot, () -> slot.context().eval(source).getMember("default"));
    }

    private Value[] functions(Context context, Value exported) {
        Value bind = context.eval(BIND);
        return outline.paths().stream()
                .map(path -> {
                    Value object = exported;
                    for (String key : path.subList(0, path.size() - 1)) {
                        object = object.getMember(key);
                    }
                    return bind.execute(object, path.getLast());
                })
                .toArray(Value[]::new);
    }

    private void selftest(Slot slot, Value exported) throws ScriptRefused {
        Value test = exported.getMember("selftest");
        if (test == null || !test.canExecute()) {
            return;
        }
        Value said = loading(slot, () -> Settled.value(exported.invokeMember("selftest")));
        if (said.isBoolean() && !said.asBoolean()) {
            var at = test.getSourceLocation();
            throw new ScriptRefused(
                    file.getFileName().toString(), at.getStartLine(), at.getStartColumn(), "its selftest says no");
        }
    }

    private interface Loading {
        Value run();
    }

    private Value loading(Slot slot, Loading work) throws ScriptRefused {
        String fileName = file.getFileName().toString();
        slot.begin(LOAD_LIMIT.toNanos());
        try {
            return work.run();
        } catch (PolyglotException e) {
            throw e.isInterrupted() || e.isCancelled()
                    ? new ScriptRefused(fileName, 0, 0, "did not end within " + LOAD_LIMIT.toSeconds() + " s")
                    : ScriptRefused.of(fileName, e);
        } catch (ScriptFailure e) {
            throw new ScriptRefused(fileName, 0, 0, e.getMessage());
        } finally {
            slot.end();
        }
    }

    private String hash() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(folder.files()).forEach((_, octets) -> sha.update(octets));
            return HexFormat.of().formatHex(sha.digest(), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    // ---- what it is

    public String name() {
        return outline.name();
    }

    public Path file() {
        return file;
    }

    /** The beginning of the hash of all that it was made from. */
    public String version() {
        return version;
    }

    public List<Group> groups() {
        return outline.groups();
    }

    /** All files that it was made from. */
    Set<Path> files() {
        return folder.files().keySet();
    }

    int contexts() {
        return pool.slots().size();
    }

    /** An object that has the functions of a group as its methods, and can be stopped. */
    Object implement(Group group) {
        Class<?> type = group.type().orElseThrow();
        var calls = new Calls(name() + "/" + group.point(), pool, watch, callTimeout);
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type, Stoppable.class}, new GroupHandler(type, group, calls));
    }

    /** The group's implementation by its interface; for tests. */
    public <T> T implement(Class<T> type) {
        return groups().stream()
                .filter(group -> group.type().filter(type::equals).isPresent())
                .findFirst()
                .map(group -> type.cast(implement(group)))
                .orElseThrow(() -> new IllegalArgumentException(name() + " has no " + type.getSimpleName()));
    }

    /** Ends it: contexts in use go when their calls end. */
    @Override
    public void close() {
        pool.retire();
        watch.remove(pool);
    }
}
