package plugins.consolessh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import mta.plugins.api.admin.Console;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SSH channel: a verb, or a session. A virtual thread of its own runs it, so that a slow reader or a long answer holds up
 * nobody, no other SSH session either; SSHD's threads start and destroy it.
 */
final class ConsoleChannel implements Command {

    private static final Logger log = LoggerFactory.getLogger(ConsoleChannel.class);

    private static final int CTRL_C = 3;

    private final Console console;
    private final Operator operator;
    private final List<String> words;
    private InputStream typed;
    private OutputStream shown;
    private OutputStream errors;
    private ExitCallback exit;
    private Thread runner;

    /** @param words of a verb; none: a session */
    ConsoleChannel(Console console, Operator operator, List<String> words) {
        this.console = console;
        this.operator = operator;
        this.words = words;
    }

    @Override
    public void setInputStream(InputStream in) {
        typed = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        shown = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        errors = err;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Map<String, String> variables = environment.getEnv();
        boolean terminal = variables.containsKey(Environment.ENV_TERM);
        runner = Thread.ofVirtual().name("ssh console").unstarted(() -> {
            int status = run(environment, terminal);
            exit.onExit(status);
        });
        runner.start();
    }

    private int run(Environment environment, boolean terminal) {
        try {
            if (!words.isEmpty()) {
                return verb(environment, terminal);
            }
            if (!terminal) {
                errors.write("mta: a session needs a terminal (ssh -t); or name a verb: ssh ... verbs\n"
                        .getBytes(StandardCharsets.US_ASCII));
                errors.flush();
                return Refusal.USAGE;
            }
            return session(environment);
        } catch (InterruptedException e) {
            return Refusal.FAILED;
        } catch (IOException e) {
            log.debug("ssh: {}: {}", operator.name(), e.toString());
            return Refusal.FAILED;
        } catch (RuntimeException e) {
            log.warn("ssh: {}: {}", operator.name(), words, e);
            return Refusal.FAILED;
        }
    }

    private int verb(Environment environment, boolean terminal) throws IOException, InterruptedException {
        if (!terminal) {
            return console.run(operator, words, Console.Screen.NONE, shown, errors);
        }
        Thread.ofVirtual().name("ssh keys").start(this::watchForInterrupt);
        String noColour = environment.getEnv().getOrDefault("NO_COLOR", "");
        Console.Screen screen = screen(environment);
        return console.run(
                operator,
                words,
                noColour.isEmpty() ? screen : new Console.Screen("", screen.columns(), screen.lines()),
                new RawTerminal(shown),
                new RawTerminal(errors));
    }

    /** A client's terminal is in raw mode: Ctrl-C is a key like any other. */
    private void watchForInterrupt() {
        try {
            for (int key = typed.read(); key >= 0; key = typed.read()) {
                if (key == CTRL_C) {
                    runner.interrupt();
                }
            }
        } catch (IOException e) {
            log.debug("ssh: {}", e.toString()); // closed
        }
    }

    private int session(Environment environment) throws IOException {
        Console.Screen first = screen(environment);
        try (Console.Session session = console.open(operator, first, typed, shown)) {
            environment.addSignalListener((_, _) -> resize(session, screen(environment)), Signal.WINCH);
            Console.Screen now = screen(environment);
            if (!now.equals(first)) { // it changed before anybody listened
                resize(session, now);
            }
            session.serve();
            return 0;
        }
    }

    private static void resize(Console.Session session, Console.Screen screen) {
        session.resize(screen.columns(), screen.lines());
    }

    private static Console.Screen screen(Environment environment) {
        Map<String, String> variables = environment.getEnv();
        return new Console.Screen(
                variables.getOrDefault(Environment.ENV_TERM, ""),
                number(variables.getOrDefault(Environment.ENV_COLUMNS, "")),
                number(variables.getOrDefault(Environment.ENV_LINES, "")));
    }

    /** Clients say what they like: a line of a million columns is none. */
    private static int number(String text) {
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    }

    /** The client has gone, or was told the status: what still runs is cancelled. */
    @Override
    public void destroy(ChannelSession channel) {
        if (runner != null) {
            runner.interrupt();
        }
    }
}
