package plugins.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import mta.plugins.api.admin.Console;
import mta.plugins.api.admin.Operator;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session on a terminal somewhere else, which is in raw mode: what it would do itself (echo, Ctrl-C) is done here. JLine
 * reads the keys on a thread of its own.
 */
final class RemoteSession implements Console.Session {

    private static final Logger log = LoggerFactory.getLogger(RemoteSession.class);

    private final GogoShell shell;
    private final Operator operator;
    private final Terminal terminal;

    RemoteSession(GogoShell shell, Operator operator, Console.Screen screen, InputStream keys, OutputStream out)
            throws IOException {
        this.shell = shell;
        this.operator = operator;
        String type = screen.type().isEmpty() ? Terminal.TYPE_DUMB : screen.type();
        terminal = new ExternalTerminal("mta", type, keys, out, StandardCharsets.UTF_8);
        terminal.setSize(size(screen.columns(), screen.lines()));
    }

    @Override
    public void serve() throws IOException {
        try {
            shell.run(terminal, operator, false);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) { // JLine's words for a terminal that has gone
            log.debug("a console session ended: {}", e.toString());
        }
    }

    @Override
    public void resize(int columns, int lines) {
        terminal.setSize(size(columns, lines));
        terminal.raise(Terminal.Signal.WINCH);
    }

    private static Size size(int columns, int lines) {
        return new Size(columns > 0 ? columns : 80, lines > 0 ? lines : 24);
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
