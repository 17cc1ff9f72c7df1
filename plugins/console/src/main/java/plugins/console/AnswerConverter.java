package plugins.console;

import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.jline.terminal.Terminal;
import org.osgi.service.component.annotations.Component;

/** How Gogo's shell draws the answers of commands: to fit the session's terminal, plain and wide inside a pipe. */
@Component(service = Converter.class)
public final class AnswerConverter implements Converter {

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        if (!(target instanceof Table || target instanceof Refusal) || !(escape instanceof CommandSession session)) {
            return null; // Gogo's word for: ask the next converter
        }
        return Answers.draw(target, view(session), session).stripTrailing();
    }

    private static View view(CommandSession session) {
        // Gogo formats the end of a line on the shell's thread, what goes into a pipe on a job's thread.
        boolean screen = Job.Utils.current() == null;
        return screen && session.get(Shell.VAR_TERMINAL) instanceof Terminal terminal
                ? new View(true, terminal.getWidth(), false)
                : View.PLAIN;
    }
}
