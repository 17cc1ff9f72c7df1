package mta.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;
import mta.smtp.wire.ReplyReader;

/** Commands out, replies in, over one wire. Used by the thread of the connection. */
final class Conversation {

    private final Wire wire;
    private final ReplyReader replies;
    private final Output out;
    private final Duration patience;

    /** @param patience for the reply to a command */
    Conversation(Wire wire, Duration patience) throws IOException {
        this.wire = wire;
        this.patience = patience;
        replies = new ReplyReader(wire);
        out = new Output(wire.out());
    }

    Wire wire() {
        return wire;
    }

    Output out() {
        return out;
    }

    Optional<TlsInfo> tls() {
        return wire.tls();
    }

    /** Sends a command, alone, and waits for its reply. */
    Reply command(String line) throws IOException {
        wire.readTimeout(patience);
        out.line(line);
        out.flush();
        out.rest();
        return read();
    }

    Reply read() throws IOException {
        return replies.read(patience);
    }

    Reply read(Duration other) throws IOException {
        return replies.read(other);
    }

    /** How long a write may wait for the far side to take something; a read sets its own time. */
    void writePatience(Duration limit) throws IOException {
        wire.readTimeout(limit);
    }

    /** Whether the server has said more than it was asked. */
    boolean hasMore() {
        return replies.hasMore();
    }

    /** Cuts the connection without a word. */
    void cut() {
        try {
            wire.close();
        } catch (IOException e) {
            // It is gone one way or the other.
        }
    }
}
