package plugins.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import mta.plugins.api.admin.Refusal;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command for a client of the control socket: runs it, sends its output and its status. For one thread. */
final class OneShot {

    private static final Logger log = LoggerFactory.getLogger(OneShot.class);

    private final CommandProcessor gogo;
    private final OutputStream client;

    OneShot(CommandProcessor gogo, OutputStream client) {
        this.gogo = gogo;
        this.client = client;
    }

    void serve(Request request) throws IOException, InterruptedException {
        int status = run(request);
        byte[] digits = Integer.toString(status).getBytes(StandardCharsets.US_ASCII);
        Netstrings.write(client, 's', digits, 0, digits.length);
    }

    private int run(Request request) throws IOException, InterruptedException {
        if (request.words().isEmpty()) {
            print('e', "mta: no verb\n");
            return Refusal.USAGE;
        }
        List<String> words = request.words();
        Invocation invocation = Invocation.of(words.getFirst(), words.subList(1, words.size()));
        View view = new View(request.terminal(), request.number("width"), invocation.json());
        // What a command prints becomes one JSON string, so it is collected first.
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = view.json() ? utf8(printed) : utf8(new Frames('o'));
        PrintStream err = utf8(new Frames('e'));
        try (CommandSession session = gogo.createSession(InputStream.nullInputStream(), out, err)) {
            Object answer = Answers.completed(invocation.run(session), line -> print('p', line));
            out.flush();
            if (answer == null && printed.size() > 0) {
                answer = printed.toString(StandardCharsets.UTF_8);
            }
            boolean refused = answer instanceof Refusal;
            print(refused && !view.json() ? 'e' : 'o', Answers.draw(answer, view, session));
            return answer instanceof Refusal refusal ? refusal.status() : 0;
        } catch (IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) { // whatever the command threw
            log.info("console verb {} failed", words.getFirst(), e);
            Refusal refusal = Refusal.of(words.getFirst() + ": " + reason(e));
            print(view.json() ? 'o' : 'e', view.json() ? Json.of(refusal) : "mta: " + refusal.reason() + "\n");
            return refusal.status();
        }
    }

    static String reason(Exception e) {
        String message = e.getMessage();
        return Cells.harmless(
                message == null || message.isBlank() ? e.getClass().getName() : message, true);
    }

    private void print(char kind, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int chunk = 1 << 16;
        for (int offset = 0; offset < bytes.length; offset += chunk) {
            Netstrings.write(client, kind, bytes, offset, Math.min(chunk, bytes.length - offset));
        }
        if (bytes.length == 0 && kind == 'p') {
            Netstrings.write(client, kind, bytes, 0, 0);
        }
    }

    private static PrintStream utf8(OutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    /** Each write of a command is a frame for the client; lines arrive while the command still runs. */
    private final class Frames extends OutputStream {
        private final char kind;

        private Frames(char kind) {
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                Netstrings.write(client, kind, bytes, offset, length);
            }
        }
    }
}
