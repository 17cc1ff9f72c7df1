package plugins.pipe;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process for one message and one recipient. The channel's thread writes the message and waits; what the process says
 * is read on a virtual thread of its own, and another one kills it when its time is over, with what it has started.
 */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** The rest of the output of a process that has ended; one that it has left behind may hold it open. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final int QUOTED = 200;

    private final Command command;
    private final Process process;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private volatile boolean late;

    private Run(Command command, Process process) {
        this.command = command;
        this.process = process;
    }

    static Reply deliver(Command command, List<String> argv, Message message, Recipient recipient)
            throws InterruptedException {
        Process process;
        try {
            process = start(command, argv, message, recipient);
        } catch (IOException e) {
            LOG.warn("{}: {} for {} does not start", message.id(), argv, recipient.address(), e);
            return Reply.of(451, "4.3.0", "the program does not start");
        }
        return new Run(command, process).finish(message, recipient);
    }

    /** Nothing of the node's own environment: there may be secrets in it. */
    private static Process start(Command command, List<String> argv, Message message, Recipient recipient)
            throws IOException {
        var builder =
                new ProcessBuilder(argv).directory(command.directory().toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("SENDER", message.envelope().sender().address().toString());
        environment.put("RECIPIENT", recipient.address().toString());
        environment.put("MESSAGE_ID", message.id());
        environment.putAll(command.environment());
        return builder.start();
    }

    private Reply finish(Message message, Recipient recipient) throws InterruptedException {
        Thread reader = Thread.ofVirtual().name("mta/pipe/output").start(this::read);
        Thread guard = Thread.ofVirtual().name("mta/pipe/guard").start(this::killWhenLate);
        try {
            Optional<IOException> trouble = write(message, recipient);
            int status = process.waitFor();
            reader.join(LAST_WORDS);
            if (late) {
                return Reply.of(451, "4.3.0", "the program took longer than " + text(command.timeout()));
            }
            if (trouble.isPresent() && status == 0) {
                LOG.warn("{}: the content could not be read", message.id(), trouble.get());
                return Reply.of(451, "4.3.0", "the message could not be read");
            }
            return ExitStatus.reply(status, firstLine());
        } finally {
            guard.interrupt();
            kill();
        }
    }

    /** The program need not read all of it: what counts is its exit status. */
    private static final class BrokenPipe extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenPipe(IOException cause) {
            super(cause);
        }
    }

    /** @return what was wrong with the message */
    private Optional<IOException> write(Message message, Recipient recipient) {
        try (var out = new BufferedOutputStream(new ToProcess(process.getOutputStream()), 1 << 16)) {
            OutputStream lines = command.crlf() ? out : new LineFeeds(out);
            if (command.envelope()) {
                // RFC 5321 section 4.4: the last hop records the reverse-path. An address holds no line breaks.
                String fields = "Return-Path: <" + message.envelope().sender().address() + ">\r\nDelivered-To: "
                        + recipient.address() + "\r\n";
                lines.write(fields.getBytes(StandardCharsets.UTF_8));
            }
            message.content().writeTo(lines);
            lines.flush();
            return Optional.empty();
        } catch (BrokenPipe e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /** Tells trouble with the process from trouble with the content. */
    private static final class ToProcess extends FilterOutputStream {
        ToProcess(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new BrokenPipe(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new BrokenPipe(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                throw new BrokenPipe(e);
            }
        }
    }

    /** CR LF becomes LF; a CR alone stays. */
    private static final class LineFeeds extends FilterOutputStream {
        private boolean held;

        LineFeeds(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int octet) throws IOException {
            if (held && octet != '\n') {
                out.write('\r');
            }
            held = octet == '\r';
            if (!held) {
                out.write(octet);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void flush() throws IOException {
            if (held) {
                out.write('\r');
                held = false;
            }
            out.flush();
        }
    }

    private void read() {
        byte[] buffer = new byte[4096];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (said) {
                    said.write(buffer, 0, Math.min(count, command.maxOutput() - said.size()));
                }
            }
        } catch (IOException e) {
            // the process was killed
        }
    }

    /** {@code 5m}, {@code 0.5s}. */
    private static String text(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private String firstLine() {
        String text;
        synchronized (said) {
            text = said.toString(StandardCharsets.UTF_8);
        }
        String line = text.strip()
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
        return line.length() <= QUOTED ? line : line.substring(0, QUOTED);
    }

    private void killWhenLate() {
        try {
            Thread.sleep(command.timeout());
            late = true;
            kill();
        } catch (InterruptedException e) {
            // it has ended in time
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
