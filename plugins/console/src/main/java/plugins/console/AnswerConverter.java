package plugins.console;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.jline.builtins.Less;
import org.jline.builtins.Source;
import org.jline.terminal.Terminal;
import org.osgi.service.component.annotations.Component;

/**
 * How Gogo's shell shows the answers of commands: to fit the session's terminal, by way of a pager when they are longer than
 * it; plain and wide inside a pipe.
 */
@Component(service = Converter.class)
public final class AnswerConverter implements Converter {

    /** What the pager shows in its last line. */
    private static final String KEYS = "space: on, b: back, /: search, q: leave";

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) throws IOException {
        boolean ours = target instanceof Table
                || target instanceof Manual
                || target instanceof Refusal
                || target instanceof Text;
        if (!ours || !(escape instanceof CommandSession session)) {
            return null; // Gogo's word for: ask the next converter
        }
        // Gogo formats the end of a line on the shell's thread, what goes into a pipe on a job's thread.
        boolean screen = Job.Utils.current() == null;
        if (screen && session.get(Shell.VAR_TERMINAL) instanceof Terminal terminal) {
            String text = draw(target, View.of(terminal), session);
            boolean paged = terminal.getHeight() > 0
                    && text.lines().count() >= terminal.getHeight()
                    && !Terminal.TYPE_DUMB.equals(terminal.getType())
                    && !"off".equals(session.get("paging"));
            return paged ? page(terminal, text) : text;
        }
        return draw(target, View.PLAIN, session);
    }

    private static String draw(Object target, View view, CommandSession session) {
        return target instanceof Text(String text)
                ? Cells.harmless(text, true)
                : Answers.draw(target, view, session).stripTrailing();
    }

    /** Shows it until the reader has had enough, then leaves the line that Gogo ends. */
    private static String page(Terminal terminal, String text) throws IOException {
        Less less = new Less(terminal, Path.of(""));
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            less.run(new Source.InputStreamSource(new ByteArrayInputStream(bytes), true, KEYS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }
}
