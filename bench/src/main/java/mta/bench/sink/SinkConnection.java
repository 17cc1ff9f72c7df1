package mta.bench.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import mta.bench.tally.Tally;

/**
 * One SMTP server connection that says yes. Used by its {@link SinkLoop}'s thread only.
 *
 * <p>What one read brought is answered by one write. A delay therefore holds back all replies to the same read.
 */
final class SinkConnection {
    private static final byte[] GREETING = ascii("220 sink.bench.example ESMTP\r\n");
    private static final byte[] HELO = ascii("250 sink.bench.example\r\n");
    private static final byte[] SENDER_OK = ascii("250 2.1.0 Ok\r\n");
    private static final byte[] RECIPIENT_OK = ascii("250 2.1.5 Ok\r\n");
    private static final byte[] CONTENT_OK = ascii("250 2.0.0 Ok\r\n");
    private static final byte[] OK = ascii("250 2.0.0 Ok\r\n");
    private static final byte[] GO_ON = ascii("354 End data with <CR><LF>.<CR><LF>\r\n");
    private static final byte[] BYE = ascii("221 2.0.0 Bye\r\n");
    private static final byte[] RECIPIENT_LATER = ascii("451 4.2.1 Recipient deferred on purpose\r\n");
    private static final byte[] RECIPIENT_NO = ascii("550 5.1.1 Recipient refused on purpose\r\n");
    private static final byte[] CONTENT_LATER = ascii("451 4.3.0 Message deferred on purpose\r\n");
    private static final byte[] CONTENT_NO = ascii("554 5.6.0 Message refused on purpose\r\n");
    private static final byte[] TOO_LARGE = ascii("552 5.3.4 Message too large\r\n");
    private static final byte[] NO_RECIPIENT = ascii("554 5.5.1 No valid recipients\r\n");
    private static final byte[] BAD_SEQUENCE = ascii("503 5.5.1 MAIL first\r\n");
    private static final byte[] UNKNOWN = ascii("502 5.5.1 Command not implemented\r\n");
    private static final byte[] SYNTAX = ascii("501 5.5.4 Syntax error\r\n");
    private static final byte[] TOO_LONG = ascii("500 5.5.2 Line too long\r\n");

    private static final int VERB_EHLO = verb("EHLO");
    private static final int VERB_HELO = verb("HELO");
    private static final int VERB_MAIL = verb("MAIL");
    private static final int VERB_RCPT = verb("RCPT");
    private static final int VERB_DATA = verb("DATA");
    private static final int VERB_BDAT = verb("BDAT");
    private static final int VERB_RSET = verb("RSET");
    private static final int VERB_NOOP = verb("NOOP");
    private static final int VERB_QUIT = verb("QUIT");
    private static final int LONGEST_LINE = 2048;

    private enum Mode {
        COMMAND,
        DATA,
        CHUNK
    }

    private final SinkLoop loop;
    private final SocketChannel channel;
    private final ContentScanner content = new ContentScanner();
    private SelectionKey key;
    private Mode mode = Mode.COMMAND;
    private byte[] line = new byte[256];
    private int lineLength;
    private boolean lineTooLong;

    private boolean mail;
    private long sum;
    private boolean slow;
    private boolean chunked;
    private long chunkLeft;
    private boolean lastChunk;
    private ByteArrayOutputStream captured;

    private ByteBuffer pending;
    private boolean closing;
    private long delayNanos;
    private long releaseAt;

    SinkConnection(SinkLoop loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    void open(SelectionKey registered) {
        key = registered;
        loop.out.clear();
        answer(GREETING);
        respond();
    }

    void ready(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                channel.write(pending);
                if (!pending.hasRemaining()) {
                    pending = null;
                    written();
                }
            } else if (ready.isReadable()) {
                read();
            }
        } catch (IOException e) {
            close();
        }
    }

    private void read() throws IOException {
        int length = channel.read(loop.inBuffer.clear());
        if (length < 0) {
            close();
            return;
        }
        loop.out.clear();
        for (int i = 0; i < length && !closing; ) {
            i = switch (mode) {
                case COMMAND -> command(loop.in, i, length);
                case DATA -> data(loop.in, i, length);
                case CHUNK -> chunk(loop.in, i, length);
            };
        }
        if (channel.isOpen()) {
            respond();
        }
    }

    private int command(byte[] in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] == '\n') {
                execute();
                lineLength = 0;
                lineTooLong = false;
                return i + 1;
            }
            if (lineLength == line.length && lineLength < LONGEST_LINE) {
                line = java.util.Arrays.copyOf(line, LONGEST_LINE);
            }
            if (lineLength < line.length) {
                line[lineLength++] = in[i];
            } else {
                lineTooLong = true;
            }
        }
        return to;
    }

    private void execute() {
        loop.command();
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
            lineLength--;
        }
        if (lineTooLong) {
            answer(TOO_LONG);
            return;
        }
        int verb = lineLength < 4 ? 0 : verb(line);
        if (verb == VERB_MAIL) {
            reset();
            mail = true;
            answer(SENDER_OK);
        } else if (verb == VERB_RCPT) {
            recipient();
        } else if (verb == VERB_DATA) {
            startData();
        } else if (verb == VERB_BDAT && loop.settings.offer().contains("CHUNKING")) {
            startChunk();
        } else if (verb == VERB_EHLO) {
            reset();
            answer(loop.ehlo);
        } else if (verb == VERB_HELO) {
            reset();
            answer(HELO);
        } else if (verb == VERB_RSET) {
            reset();
            answer(OK);
        } else if (verb == VERB_NOOP) {
            answer(OK);
        } else if (verb == VERB_QUIT) {
            answer(BYE);
            closing = true;
        } else {
            answer(UNKNOWN);
        }
    }

    private void recipient() {
        int start = 0;
        while (start < lineLength && line[start] != '<') {
            start++;
        }
        int end = start;
        while (end < lineLength && line[end] != '>') {
            end++;
        }
        if (!mail) {
            answer(BAD_SEQUENCE);
        } else if (end == lineLength) {
            answer(SYNTAX);
        } else if (startsWith(start + 1, end, "refuse")) {
            loop.refused();
            answer(RECIPIENT_NO);
        } else if (startsWith(start + 1, end, "defer")) {
            loop.deferred();
            answer(RECIPIENT_LATER);
        } else if (startsWith(start + 1, end, "drop")) {
            drop();
        } else {
            slow |= startsWith(start + 1, end, "slow");
            sum += Tally.term(line, start + 1, end);
            answer(RECIPIENT_OK);
        }
    }

    private boolean startsWith(int from, int to, String word) {
        if (to - from < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (line[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void startData() {
        if (!mail) {
            answer(BAD_SEQUENCE);
        } else if (sum == 0) {
            answer(NO_RECIPIENT);
        } else {
            answer(GO_ON);
            startContent();
            mode = Mode.DATA;
        }
    }

    private void startContent() {
        content.start();
        captured = loop.mayCapture() ? new ByteArrayOutputStream() : null;
    }

    private int data(byte[] in, int from, int to) {
        int end = content.scan(in, from, to);
        if (captured != null) {
            captured.write(in, from, (end < 0 ? to : end) - from);
        }
        if (end < 0) {
            return to;
        }
        mode = Mode.COMMAND;
        finish();
        return end;
    }

    private void startChunk() {
        String[] words = new String(line, 0, lineLength, StandardCharsets.US_ASCII)
                .trim()
                .split(" +");
        if (words.length < 2 || !words[1].matches("[0-9]{1,10}")) {
            answer(SYNTAX);
            closing = true; // the length of what follows is unknown
            return;
        }
        if (!chunked) {
            startContent();
        }
        chunked = true;
        chunkLeft = Long.parseLong(words[1]);
        lastChunk = words.length > 2 && words[2].toUpperCase(Locale.ROOT).equals("LAST");
        mode = Mode.CHUNK;
        if (chunkLeft == 0) {
            endChunk();
        }
    }

    private int chunk(byte[] in, int from, int to) {
        int end = (int) Math.min(to, from + chunkLeft);
        content.chunk(in, from, end);
        if (captured != null) {
            captured.write(in, from, end - from);
        }
        chunkLeft -= end - from;
        if (chunkLeft == 0) {
            endChunk();
        }
        return end;
    }

    private void endChunk() {
        mode = Mode.COMMAND;
        if (!mail || sum == 0) {
            answer(mail ? NO_RECIPIENT : BAD_SEQUENCE);
            chunked = !lastChunk;
        } else if (lastChunk) {
            finish();
        } else {
            answer(OK);
        }
    }

    private void finish() {
        var faults = loop.settings.faults();
        double chance = faults == SinkSettings.Faults.NONE
                ? 1
                : ThreadLocalRandom.current().nextDouble();
        if (loop.settings.sizeLimit() > 0 && content.bytes() > loop.settings.sizeLimit()) {
            loop.refused();
            answer(TOO_LARGE);
        } else if (chance < faults.drop()) {
            drop();
        } else if (chance < faults.drop() + faults.defer()) {
            loop.deferred();
            answer(CONTENT_LATER);
        } else if (chance < faults.drop() + faults.defer() + faults.refuse()) {
            loop.refused();
            answer(CONTENT_NO);
        } else {
            if (slow || chance >= 1 - faults.delayed() && chance < 1) {
                delayNanos += faults.delay().toNanos();
            }
            loop.received(content, sum);
            if (captured != null) {
                loop.capture(captured.toByteArray(), captured.size(), content.number());
            }
            answer(CONTENT_OK);
        }
        reset();
    }

    private void reset() {
        mail = false;
        sum = 0;
        slow = false;
        chunked = false;
        captured = null;
    }

    private void drop() {
        loop.dropped();
        loop.out.clear();
        close();
        closing = true;
    }

    private void answer(byte[] reply) {
        if (loop.out.remaining() < reply.length) {
            closing = true; // thousands of commands in one read: nobody whom we measure does that
            return;
        }
        loop.out.put(reply);
        delayNanos += loop.settings.faults().tarpit().toNanos();
    }

    private void respond() {
        ByteBuffer out = loop.out.flip();
        if (!out.hasRemaining() && !closing) {
            return;
        }
        try {
            if (delayNanos > 0) {
                keep(out);
                key.interestOps(0);
                releaseAt = System.nanoTime() + delayNanos;
                delayNanos = 0;
                loop.hold(this);
                return;
            }
            channel.write(out);
            if (out.hasRemaining()) {
                keep(out);
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (closing) {
                close();
            }
        } catch (IOException e) {
            close();
        }
    }

    private void keep(ByteBuffer out) {
        pending = ByteBuffer.allocate(out.remaining()).put(out).flip();
    }

    long releaseAt() {
        return releaseAt;
    }

    /** The delay is over. */
    void release() {
        if (channel.isOpen()) {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private void written() {
        if (closing) {
            close();
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void close() {
        loop.unhold(this);
        try {
            channel.close();
        } catch (IOException e) {
            // Gone either way.
        }
    }

    private static int verb(String word) {
        return verb(ascii(word));
    }

    /** The first four bytes as a number, in upper case. */
    private static int verb(byte[] line) {
        int value = line[0] << 24 | line[1] << 16 | line[2] << 8 | line[3];
        return value & 0xdfdfdfdf;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
