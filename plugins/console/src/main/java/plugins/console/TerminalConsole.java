package plugins.console;

import java.io.IOException;
import mta.plugins.api.admin.Operator;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console in the node's own terminal, for {@code ./mta run --console}; its end stops the node. Own thread. */
@Component(immediate = true, service = TerminalConsole.class)
public final class TerminalConsole {

    private static final Logger log = LoggerFactory.getLogger(TerminalConsole.class);

    private Terminal terminal;

    @Activate
    public TerminalConsole(@Reference GogoShell shell, BundleContext context) throws IOException {
        if (!Boolean.parseBoolean(context.getProperty("mta.console"))) {
            return;
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            // JLine looks for its terminal providers through the context class loader.
            thread.setContextClassLoader(Terminal.class.getClassLoader());
            terminal = TerminalBuilder.builder()
                    .name("mta")
                    .system(true)
                    .nativeSignals(true)
                    .signalHandler(Terminal.SignalHandler.SIG_IGN)
                    .build();
        } finally {
            thread.setContextClassLoader(before);
        }
        Thread.ofPlatform().name("console").daemon().start(() -> run(shell));
    }

    private void run(GogoShell shell) {
        try {
            shell.run(terminal, Operator.LOCAL, true);
        } catch (Exception e) {
            log.warn("the console ended", e);
        }
    }

    @Deactivate
    void close() throws IOException {
        if (terminal != null) {
            terminal.close();
        }
    }
}
