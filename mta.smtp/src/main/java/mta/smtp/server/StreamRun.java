package mta.smtp.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.smtp.Reception;

/**
 * The stage {@code stream} of one message: its chain runs on a virtual thread of its own while the session's thread
 * brings the content. A reader that is slower than the client makes the session wait once {@link #ROOM} octets are
 * ahead of it, until its deadline. The first binding reads along; those behind it read the whole when it has arrived.
 */
final class StreamRun {

    private static final int ROOM = 1 << 20;

    private final MailTransaction mail;
    private final Client client;
    private final Thread thread;
    private final ArrayDeque<byte[]> ahead = new ArrayDeque<>();
    private final List<Runnable> edits = new ArrayList<>();
    private int octetsAhead;
    private boolean complete;
    private boolean over;
    private boolean live = true;
    private Decision decision = Decision.NEXT;

    StreamRun(Stage<Reception> stage, MailTransaction mail, Client client) {
        this.mail = mail;
        this.client = client;
        thread = Thread.ofVirtual().name("stream/" + mail.draft.id()).start(() -> {
            try {
                decision = stage.decide(mail.pin, client, this::run);
            } finally {
                end();
            }
        });
    }

    private Verdict run(Reception plugin, Call call) throws Exception {
        var transaction = mail.view(client, new DeferringCall(call, edits));
        if (live) {
            live = false;
            Verdict verdict = plugin.stream(transaction, new Ahead());
            synchronized (this) {
                over = true;
                ahead.clear();
                notifyAll();
            }
            return verdict;
        }
        awaitComplete();
        try (InputStream whole = mail.draft.message(call).content().open()) {
            return plugin.stream(transaction, whole);
        }
    }

    /** Takes content, on the session's thread; waits while the reader is far behind. */
    synchronized void take(byte[] octets, int from, int length) throws InterruptedIOException {
        while (!over && octetsAhead > ROOM) {
            await();
        }
        if (!over) {
            ahead.add(Arrays.copyOfRange(octets, from, from + length));
            octetsAhead += length;
            notifyAll();
        }
    }

    /** The content has ended, or is given up; waits for the verdict and applies the edits on the session's thread. */
    Decision finish() throws InterruptedIOException {
        synchronized (this) {
            complete = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        edits.forEach(Runnable::run);
        return decision;
    }

    private synchronized void end() {
        over = true;
        ahead.clear();
        notifyAll();
    }

    private synchronized void awaitComplete() throws InterruptedIOException {
        while (!complete) {
            await();
        }
    }

    private void await() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** What has arrived and was not read yet. */
    private final class Ahead extends InputStream {

        private byte[] piece = {};
        private int at;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] octets, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == piece.length && !next()) {
                return -1;
            }
            int count = Math.min(length, piece.length - at);
            System.arraycopy(piece, at, octets, from, count);
            at += count;
            return count;
        }

        private boolean next() throws IOException {
            synchronized (StreamRun.this) {
                while (ahead.isEmpty() && !complete) {
                    await();
                }
                if (ahead.isEmpty()) {
                    return false;
                }
                piece = ahead.remove();
                at = 0;
                octetsAhead -= piece.length;
                StreamRun.this.notifyAll();
                return true;
            }
        }
    }

    /** Keeps the edits for the session's thread, to which the transaction belongs. */
    private record DeferringCall(Call call, List<Runnable> edits) implements Call {

        @Override
        public String binding() {
            return call.binding();
        }

        @Override
        public String plugin() {
            return call.plugin();
        }

        @Override
        public boolean trusted() {
            return call.trusted();
        }

        @Override
        public Instant deadline() {
            return call.deadline();
        }

        @Override
        public void edit(Runnable edit) {
            call.edit(() -> edits.add(edit));
        }
    }
}
