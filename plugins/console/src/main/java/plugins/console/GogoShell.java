package plugins.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import mta.plugins.api.admin.Operator;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Gogo's shell with JLine on any terminal. Does what the activator of org.apache.felix.gogo.jline does, but for opening
 * the process's terminal and reading standard input, which a daemon must not; that bundle is installed and not started.
 */
@Component(service = GogoShell.class)
public final class GogoShell {

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final BundleContext context;
    private final CommandProcessor gogo;
    private final Shell shell;

    /** Runs nothing: a session in which commands are found under their own names. */
    private final CommandSession names;

    @Activate
    public GogoShell(@Reference CommandProcessor gogo, BundleContext context) throws ReflectiveOperationException {
        this.context = context;
        this.gogo = gogo;
        this.shell = new Shell(new Node(), gogo);
        this.names = gogo.createSession(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        registrations.add(context.registerService(
                Converter.class, new Converters(context.getBundle(0).getBundleContext()), new Hashtable<>()));
        for (Object commands : List.of(new Builtin(), new Procedural(), new Posix(gogo), shell)) {
            registrations.add(context.registerService(
                    commands.getClass().getName(),
                    commands,
                    new Hashtable<>(Map.of(
                            CommandProcessor.COMMAND_SCOPE,
                            "gogo",
                            CommandProcessor.COMMAND_FUNCTION,
                            functions(commands)))));
        }
    }

    @Deactivate
    void close() {
        registrations.forEach(ServiceRegistration::unregister);
        names.close();
    }

    /** The names of the commands are a package-private array in gogo.jline 1.1.8. */
    private static String[] functions(Object commands) throws ReflectiveOperationException {
        Field functions = commands.getClass().getDeclaredField("functions");
        functions.setAccessible(true);
        return (String[]) functions.get(null);
    }

    /** Reads and runs commands until the terminal's end of file; the caller's thread waits. */
    void run(Terminal terminal, Operator operator, boolean stopsNode) throws Exception {
        PrintStream out = new PrintStream(terminal.output(), true, terminal.encoding());
        try (CommandSession session = gogo.createSession(terminal.input(), out, out)) {
            session.put(Shell.VAR_TERMINAL, terminal);
            session.put(LineReader.HISTORY_FILE, context.getProperty("mta.data") + "/var/console.history");
            new SessionVerbs(gogo, names, new Help(context), operator, terminal).begin(session);
            List<String> options = new ArrayList<>(List.of("--login", "--nohistory"));
            if (!stopsNode) {
                options.add("--noshutdown");
            }
            shell.gosh(session, options.toArray(String[]::new));
        }
    }

    private final class Node implements Shell.Context {

        @Override
        public String getProperty(String name) {
            return context.getProperty(name);
        }

        @Override
        public void exit() throws BundleException {
            context.getBundle(0).stop();
        }
    }
}
