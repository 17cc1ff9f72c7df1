package plugins.script;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import plugins.script.host.Services;

/** An engine without a node: for tools that load scripts one by one. For one thread. */
public final class Bench implements AutoCloseable {

    private final Path folder;
    private final JsEngine engine = new JsEngine(0, System.out);
    private final Watch watch = new Watch();

    public Bench(Path folder) throws IOException {
        this.folder = folder.toRealPath();
    }

    /** The hook points, by the names that scripts use. */
    public static Map<String, Class<?>> points() {
        return Points.NAMED;
    }

    /** The queries that the API knows, and what they are answered with. */
    public static Map<Class<?>, Type> queries() {
        return Points.queries();
    }

    /** What runs the scripts: interpreted, or an optimizing one. */
    public String runtime() {
        return engine.runtime();
    }

    public Script load(Path file, Services services) throws ScriptRefused {
        return Script.load(folder, file, engine, watch, ScriptSettings.defaults(), services);
    }

    /** A module that is no script. */
    public record Module(Context context, Value exported) implements AutoCloseable {
        @Override
        public void close() {
            context.close(true);
        }
    }

    /** The tests of a script, in a context of their own behind the same walls. */
    public Module tests(Path file) throws ScriptRefused, IOException {
        var reads = new ScriptFolder(folder);
        Context context = engine.context(reads);
        String name = file.getFileName().toString();
        try {
            Value exported = context.eval(
                            Source.newBuilder("js", new String(reads.read(file), StandardCharsets.UTF_8), name)
                                    .mimeType("application/javascript+module")
                                    .uri(file.toUri())
                                    .build())
                    .getMember("default");
            if (exported == null) {
                throw new ScriptRefused(
                        name, 1, 1, "has no default export: export default { 'what it tests'(t) {...} }");
            }
            return new Module(context, exported);
        } catch (PolyglotException e) {
            throw ScriptRefused.of(name, e);
        }
    }

    @Override
    public void close() {
        watch.close();
        engine.close();
    }
}
