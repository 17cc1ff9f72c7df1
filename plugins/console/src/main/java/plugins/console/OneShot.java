package plugins.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One verb in a session of its own: runs it, shows its output, tells its status. On the caller's thread and one of Gogo's. */
final class OneShot {

    private static final Logger log = LoggerFactory.getLogger(OneShot.class);

    /** Where the output goes. */
    interface Client extends Answers.Progress {

        OutputStream out();

        OutputStream err();
    }

    private final CommandProcessor gogo;
    private final Operator operator;

    OneShot(CommandProcessor gogo, Operator operator) {
        this.gogo = gogo;
        this.operator = operator;
    }

    /** Returns the exit status. */
    int run(List<String> words, View wide, Client client) throws IOException, InterruptedException {
        if (words.isEmpty()) {
            return refuse(Refusal.usage("no verb; 'verbs' lists them"), wide, client);
        }
        Invocation invocation = Invocation.of(words.getFirst(), words.subList(1, words.size()));
        View view = invocation.json() ? wide.asJson() : wide;
        // What a command prints becomes one JSON string, so it is collected first.
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = utf8(view.json() ? printed : client.out());
        PrintStream err = utf8(client.err());
        try (CommandSession session = gogo.createSession(InputStream.nullInputStream(), out, err)) {
            Object answer = Answers.completed(executed(invocation, session), client);
            out.flush();
            if (answer == null && printed.size() > 0) {
                answer = printed.toString(StandardCharsets.UTF_8);
            }
            if (answer instanceof Refusal refusal) {
                return refuse(refusal, view, client);
            }
            print(client.out(), Answers.draw(answer, view, session));
            return 0;
        } catch (IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) { // whatever the command threw
            log.info("console verb {} failed", words.getFirst(), e);
            return refuse(Refusal.of(words.getFirst() + ": " + reason(e)), view, client);
        }
    }

    /** What it returned, or else what it printed. */
    Object collected(Invocation invocation) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = utf8(printed);
        try (CommandSession session = gogo.createSession(InputStream.nullInputStream(), out, out)) {
            Object answer = executed(invocation, session);
            out.flush();
            return answer == null ? printed.toString(StandardCharsets.UTF_8) : answer;
        }
    }

    /** Through Gogo, which gives what the command prints with System.out to the session. */
    private Object executed(Invocation invocation, CommandSession session) throws Exception {
        session.put("_verb", (Function) (current, _) -> operator.call(() -> invocation.run(current, current)));
        return session.execute("_verb");
    }

    private static int refuse(Refusal refusal, View view, Client client) throws IOException {
        print(view.json() ? client.out() : client.err(), Answers.draw(refusal, view));
        return refusal.status();
    }

    static String reason(Exception e) {
        String message = e.getMessage();
        return Cells.harmless(
                message == null || message.isBlank() ? e.getClass().getName() : message, true);
    }

    private static void print(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int chunk = 1 << 16;
        for (int offset = 0; offset < bytes.length; offset += chunk) {
            out.write(bytes, offset, Math.min(chunk, bytes.length - offset));
        }
        out.flush();
    }

    private static PrintStream utf8(OutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
