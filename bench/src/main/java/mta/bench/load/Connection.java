package mta.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import mta.bench.tally.Tally;

/**
 * One SMTP client connection, as a state per outstanding reply. Used by its {@link Loop}'s thread only.
 */
final class Connection {
    private static final byte[] EHLO = ascii("EHLO bench.example\r\n");
    private static final byte[] MAIL = ascii("MAIL FROM:<");
    private static final byte[] RCPT = ascii("RCPT TO:<");
    private static final byte[] CLOSE = ascii(">\r\n");
    private static final byte[] DATA = ascii("DATA\r\n");
    private static final byte[] DOT = ascii(".\r\n");
    private static final byte[] RSET = ascii("RSET\r\n");
    private static final byte[] QUIT = ascii("QUIT\r\n");
    private static final int LONGEST_LINE = 512; // RFC 5321 section 4.5.3.1.5; the rest of a longer one is ignored
    private static final int WHOLE_UP_TO = 64 * 1024;

    /** Which reply is awaited; IDLE, CLOSED and DONE await none, BYE awaits the end of the connection. */
    private enum State {
        CLOSED,
        CONNECT,
        GREETING,
        EHLO,
        IDLE,
        MAIL,
        RCPT,
        DATA,
        CONTENT,
        EMPTY,
        RSET,
        QUIT,
        BYE,
        DONE
    }

    private final Loop loop;
    private final ByteBuffer head;
    private final ByteBuffer[] contentBuffers;
    private final long[] terms;
    private final byte[] line = new byte[LONGEST_LINE];
    private int lineLength;

    private SocketChannel channel;
    private SelectionKey key;
    private ByteBuffer[] pending;
    private State state = State.CLOSED;
    private boolean pipelining;
    private boolean worked;
    private boolean waiting;
    private long heard;

    private long number = Schedule.FINISHED;
    private long begin;
    private int recipient;
    private int served;
    private long sum;
    private int refusal;

    Connection(Loop loop) {
        this.loop = loop;
        this.terms = new long[loop.load.recipients()];
        boolean whole = loop.content.wireLength() <= WHOLE_UP_TO;
        this.head = loop.content.buffer(whole);
        this.contentBuffers = whole ? new ByteBuffer[] {head} : new ByteBuffer[] {head, loop.sharedBody.duplicate()};
    }

    /** Takes the next message, or opens the connection on which to take it. */
    void next() {
        take(System.nanoTime(), false);
    }

    /** Called again after {@link Loop#await}. */
    void resume() {
        waiting = false;
        take(System.nanoTime(), true);
    }

    private void take(long now, boolean waited) {
        if (state != State.IDLE && state != State.CLOSED) {
            return;
        }
        if (state == State.CLOSED && loop.load.keep()) {
            if (loop.schedule.isOver(now)) {
                done();
            } else {
                connect(now);
            }
            return;
        }
        number = loop.schedule.take(now);
        if (number == Schedule.NOT_YET) {
            if (!waiting) {
                waiting = true;
                loop.await(this);
            }
        } else if (number != Schedule.FINISHED) {
            begin = waited ? now : loop.schedule.begin(number, now);
            if (state == State.CLOSED) {
                connect(now);
            } else {
                mail();
            }
        } else if (state == State.CLOSED) {
            done();
        } else {
            send(QUIT, State.QUIT);
        }
    }

    private void done() {
        state = State.DONE;
        loop.done();
    }

    private void connect(long now) {
        heard = now;
        lineLength = 0;
        pending = null;
        worked = false;
        state = State.CONNECT;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = channel.connect(loop.load.to());
            key = channel.register(loop.selector(), connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            state = connected ? State.GREETING : State.CONNECT;
        } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
            broken("cannot connect to " + loop.load.to() + ": " + e.getMessage());
        }
    }

    void ready(SelectionKey ready) {
        if (ready != key) {
            return;
        }
        try {
            if (state == State.CONNECT) {
                channel.finishConnect();
                state = State.GREETING;
                key.interestOps(SelectionKey.OP_READ);
                return;
            }
            if (pending != null && key.isWritable()) {
                flush();
            }
            if (key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            broken((state == State.CONNECT ? "cannot connect to " + loop.load.to() : "connection lost in " + state)
                    + ": " + e.getMessage());
        }
    }

    private void read() throws IOException {
        ByteBuffer in = loop.in.clear();
        int length = channel.read(in);
        if (length < 0) {
            end();
            return;
        }
        heard = System.nanoTime();
        SocketChannel mine = channel;
        for (int i = 0; i < length; i++) {
            byte c = in.get(i);
            if (c == '\n') {
                line();
                if (channel != mine || !channel.isOpen()) {
                    return;
                }
            } else if (lineLength < LONGEST_LINE) {
                line[lineLength++] = c;
            }
        }
    }

    private void line() {
        int length = lineLength;
        lineLength = 0;
        if (length < 3 || !digit(0) || !digit(1) || !digit(2)) {
            broken("not an SMTP reply in " + state + ": " + text(0, length));
            return;
        }
        if (length > 3 && line[3] == '-') {
            extension(length);
            return;
        }
        reply((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0', length);
    }

    private boolean digit(int at) {
        return line[at] >= '0' && line[at] <= '9';
    }

    private void extension(int length) {
        if (state == State.EHLO && text(4, length).toUpperCase(Locale.ROOT).equals("PIPELINING")) {
            pipelining = loop.load.pipelining();
        }
    }

    private void reply(int code, int length) {
        switch (state) {
            case GREETING -> {
                pipelining = false;
                if (code == 220) {
                    send(EHLO, State.EHLO);
                } else {
                    broken("greeting: " + text(0, length));
                }
            }
            case EHLO -> {
                extension(length);
                if (code == 250) {
                    worked = true;
                    state = State.IDLE;
                    if (number >= 0) {
                        mail();
                    } else {
                        next();
                    }
                } else {
                    broken("EHLO: " + text(0, length));
                }
            }
            case MAIL -> mailReply(code);
            case RCPT -> rcptReply(code);
            case DATA -> dataReply(code);
            case CONTENT -> {
                if (code < 300) {
                    loop.lastReply = loop.schedule.isLast(number) ? text(0, length) : loop.lastReply;
                }
                outcome(code);
                finished(code);
            }
            case EMPTY -> {
                outcome(refusal);
                finished(code);
            }
            case RSET -> finished(code);
            case QUIT -> {
                close();
                next();
            }
            case IDLE, BYE, CLOSED, CONNECT, DONE -> {
                if (code == 421) {
                    state = State.BYE;
                } else {
                    broken("reply without a command: " + text(0, length));
                }
            }
        }
    }

    private void mail() {
        recipient = 0;
        served = 0;
        sum = 0;
        refusal = 0;
        ByteBuffer out = loop.out.clear();
        int end = loop.sender.render(loop.scratch, 0, number, 0);
        out.put(MAIL).put(loop.scratch, 0, end).put(CLOSE);
        if (pipelining) {
            for (int i = 0; i < terms.length; i++) {
                rcpt(out, i);
            }
            out.put(DATA);
        }
        send(out.flip(), State.MAIL);
    }

    private void rcpt(ByteBuffer out, int index) {
        int end = loop.recipient(number, index);
        terms[index] = Tally.term(loop.scratch, 0, end);
        out.put(RCPT).put(loop.scratch, 0, end).put(CLOSE);
    }

    private void mailReply(int code) {
        if (code / 100 != 2) {
            refusal = code;
        }
        if (pipelining) {
            state = State.RCPT;
        } else if (refusal == 0) {
            ByteBuffer out = loop.out.clear();
            rcpt(out, 0);
            send(out.flip(), State.RCPT);
        } else {
            outcome(code);
            finished(code);
        }
    }

    private void rcptReply(int code) {
        if (code / 100 == 2) {
            served++;
            sum += terms[recipient];
        } else if (refusal == 0) {
            refusal = code;
        }
        recipient++;
        if (pipelining) {
            state = recipient < terms.length ? State.RCPT : State.DATA;
        } else if (recipient < terms.length) {
            ByteBuffer out = loop.out.clear();
            rcpt(out, recipient);
            send(out.flip(), State.RCPT);
        } else if (served > 0) {
            send(DATA, State.DATA);
        } else {
            outcome(refusal);
            reset(code);
        }
    }

    private void dataReply(int code) {
        if (code == 354 && served > 0) {
            head.clear();
            contentBuffers[contentBuffers.length - 1].clear();
            loop.content.number(head, number);
            state = State.CONTENT;
            write(contentBuffers);
        } else if (code == 354) {
            send(DOT, State.EMPTY); // RFC 2920 section 3.1: a 354 with no recipient is answered with an empty message
        } else {
            outcome(refusal == 0 ? code : refusal);
            reset(code);
        }
    }

    private void reset(int code) {
        if (code == 421) {
            finished(code);
        } else {
            send(RSET, State.RSET);
        }
    }

    private void outcome(int code) {
        if (code / 100 == 2) {
            loop.accepted(number, sum, served, begin, heard);
        } else {
            loop.rejected(code, heard);
        }
        number = Schedule.FINISHED;
    }

    private void finished(int code) {
        if (state == State.CLOSED) {
            return;
        }
        if (code == 421) {
            state = State.BYE; // RFC 5321 section 3.8: the server is closing
        } else if (loop.load.keep()) {
            state = State.IDLE;
            next();
        } else {
            send(QUIT, State.QUIT);
        }
    }

    private void send(byte[] command, State awaited) {
        send(loop.out.clear().put(command).flip(), awaited);
    }

    private void send(ByteBuffer command, State awaited) {
        state = awaited;
        try {
            channel.write(command);
            if (command.hasRemaining()) {
                pending = new ByteBuffer[] {
                    ByteBuffer.allocate(command.remaining()).put(command).flip()
                };
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            broken("connection lost in " + state + ": " + e.getMessage());
        }
    }

    private void write(ByteBuffer[] buffers) {
        try {
            if (buffers.length == 1) {
                channel.write(buffers[0]);
            } else {
                channel.write(buffers);
            }
            if (buffers[buffers.length - 1].hasRemaining()) {
                pending = buffers;
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            broken("connection lost in " + state + ": " + e.getMessage());
        }
    }

    private void flush() throws IOException {
        channel.write(pending);
        heard = System.nanoTime();
        if (!pending[pending.length - 1].hasRemaining()) {
            pending = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void end() {
        if (number >= 0 && refusal >= 400) {
            outcome(refusal); // the server said why before it left
        }
        if (number >= 0 || state == State.GREETING || state == State.EHLO) {
            broken("the server closed the connection in " + state);
        } else {
            close();
            next();
        }
    }

    void checkStalled(long now) {
        boolean awaiting = state != State.IDLE && state != State.CLOSED && state != State.DONE;
        if (awaiting && now - heard > loop.load.stall().toNanos()) {
            broken("no answer for " + loop.load.stall().toSeconds() + " s in " + state);
        }
    }

    private void broken(String why) {
        if (number >= 0) {
            loop.aborted(number, sum, state == State.CONTENT);
            number = Schedule.FINISHED;
        }
        boolean hadWorked = worked;
        close();
        loop.failed(this, hadWorked, why);
    }

    /** Closes without a word; a message that is still under way counts as aborted. */
    void close() {
        if (number >= 0) {
            loop.aborted(number, sum, state == State.CONTENT);
            number = Schedule.FINISHED;
        }
        state = state == State.DONE ? State.DONE : State.CLOSED;
        key = null;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The socket is gone either way.
        }
    }

    private String text(int from, int to) {
        int end = to > from && line[to - 1] == '\r' ? to - 1 : to;
        return new String(line, from, Math.max(0, end - from), StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
