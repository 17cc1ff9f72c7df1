package mta.smtp.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import mta.plugins.api.Reply;
import mta.plugins.api.io.Wire;

/** Reads the replies of a server, one after the other. Used by the thread of the connection. */
public final class ReplyReader {

    private final Wire wire;
    private final InputStream in;
    private final ReplyParser parser = new ReplyParser();
    private final byte[] buffer = new byte[1024];
    private int at;
    private int end;

    public ReplyReader(Wire wire) throws IOException {
        this.wire = wire;
        in = wire.in();
    }

    /**
     * @param patience for the whole reply: a server that sends an octet now and then does not stretch it
     * @throws SocketTimeoutException if it is over
     * @throws EOFException if the server closed the connection
     * @throws BadReplyException if it is no reply
     */
    public Reply read(Duration patience) throws IOException {
        long begun = 0;
        while (true) {
            at = parser.feed(buffer, at, end);
            if (parser.isComplete()) {
                return parser.take();
            }
            Duration left = patience;
            if (begun == 0) {
                begun = System.nanoTime();
            } else {
                left = patience.minusNanos(System.nanoTime() - begun);
                if (left.isNegative() || left.isZero()) {
                    throw new SocketTimeoutException("no whole reply in time");
                }
            }
            wire.readTimeout(left);
            at = 0;
            end = 0;
            int count = in.read(buffer);
            if (count < 0) {
                return last();
            }
            end = count;
        }
    }

    private Reply last() throws IOException {
        parser.end();
        if (parser.isComplete()) {
            return parser.take();
        }
        throw new EOFException(parser.isUnderWay() ? "connection closed within a reply" : "connection closed");
    }

    /** Whether octets are at hand that nobody asked for. */
    public boolean hasMore() {
        return at < end || parser.isUnderWay();
    }
}
