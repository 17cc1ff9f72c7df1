package plugins.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.plugins.api.admin.Console;
import mta.plugins.api.admin.Operator;
import org.apache.felix.service.command.CommandProcessor;
import org.jline.terminal.Terminal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console for other plugins, which bring it to operators on ways of their own. Thread-safe. */
@Component(service = Console.class)
public final class NodeConsole implements Console {

    private final CommandProcessor gogo;
    private final GogoShell shell;

    @Activate
    public NodeConsole(@Reference CommandProcessor gogo, @Reference GogoShell shell) {
        this.gogo = gogo;
        this.shell = shell;
    }

    @Override
    public int run(Operator operator, List<String> words, Screen screen, OutputStream out, OutputStream err)
            throws IOException, InterruptedException {
        boolean terminal = !screen.type().isEmpty() && !screen.type().startsWith(Terminal.TYPE_DUMB);
        View view = new View(terminal, screen.columns(), false);
        return new OneShot(gogo, operator).run(words, view, new Streams(out, err, terminal));
    }

    @Override
    public Session open(Operator operator, Screen screen, InputStream keys, OutputStream out) throws IOException {
        return new RemoteSession(shell, operator, screen, keys, out);
    }

    private record Streams(OutputStream out, OutputStream err, boolean terminal) implements OneShot.Client {

        @Override
        public void show(String line) throws IOException {
            if (terminal) {
                err.write(("\r" + line + "\033[K").getBytes(StandardCharsets.UTF_8));
                err.flush();
            }
        }
    }
}
