package plugins.script;

import java.io.OutputStream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.ResourceLimits;
import org.graalvm.polyglot.io.IOAccess;

/**
 * The engine that all contexts share, and the walls of a context. Made with the first script: loading it costs about a
 * second and 60 MiB that a node without scripts does not pay. Thread-safe.
 */
public final class JsEngine implements AutoCloseable {

    /** Default deny: what carries the annotation can be reached, and lists, maps and arrays by their elements. */
    private static final HostAccess ACCESS = HostAccess.newBuilder()
            .allowAccessAnnotatedBy(HostAccess.Export.class)
            .allowListAccess(true)
            .allowArrayAccess(true)
            .allowMapAccess(true)
            .allowIterableAccess(true)
            .allowIteratorAccess(true)
            .build();

    private final Engine engine;
    private final long statementLimit;

    /**
     * @param statementLimit statements of a call; 0: no limit
     * @param out what scripts write to the console
     */
    public JsEngine(long statementLimit, OutputStream out) {
        this.statementLimit = statementLimit;
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            // Truffle looks for languages through the context class loader; in a bundle that sees none.
            thread.setContextClassLoader(Engine.class.getClassLoader());
            engine = Engine.newBuilder("js")
                    .allowExperimentalOptions(true)
                    .option("engine.WarnInterpreterOnly", "false")
                    .option("engine.WarnVirtualThreadSupport", "false")
                    .out(out)
                    .err(out)
                    .build();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Name and version of the runtime: {@code Interpreted 25.5.5}, or an optimizing one. */
    public String runtime() {
        return engine.getImplementationName() + " " + engine.getVersion();
    }

    long statementLimit() {
        return statementLimit;
    }

    /** A new context that may import from the folder; closed by the caller. */
    Context context(ScriptFolder folder) {
        var builder = Context.newBuilder("js")
                .engine(engine)
                .allowHostAccess(ACCESS)
                .allowHostClassLoading(false)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowNativeAccess(false)
                .allowCreateThread(false)
                .allowCreateProcess(false)
                .allowIO(IOAccess.newBuilder().fileSystem(folder).build())
                .allowExperimentalOptions(true)
                .option("js.esm-eval-returns-exports", "true")
                .option("js.load", "false")
                .option("js.print", "false")
                .option("js.polyglot-builtin", "false")
                .option("js.graal-builtin", "false")
                .option("js.shared-array-buffer", "false");
        if (statementLimit > 0) {
            builder.resourceLimits(ResourceLimits.newBuilder()
                    .statementLimit(statementLimit, null)
                    .build());
        }
        return builder.build();
    }

    @Override
    public void close() {
        engine.close(true);
    }
}
