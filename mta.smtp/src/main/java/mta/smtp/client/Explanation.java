package mta.smtp.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import mta.plugins.api.Reply;
import mta.smtp.wire.BadReplyException;

/** Broken connections, in words for the person who reads the log. Always 4xx: the far side has not said no. */
final class Explanation {

    private Explanation() {}

    /** No connection. */
    static Reply notConnected(String peer, Duration timeout, IOException e) {
        return switch (e) {
            case SocketTimeoutException _ ->
                Reply.of(450, "4.4.1", "connection to " + peer + " timed out after " + shown(timeout));
            case ConnectException _ -> Reply.of(450, "4.4.1", "connection to " + peer + " failed: " + cause(e));
            case NoRouteToHostException _ -> Reply.of(450, "4.4.1", "no route to " + peer + ": " + cause(e));
            default -> Reply.of(450, "4.4.1", "connection to " + peer + " failed: " + cause(e));
        };
    }

    /** @param waiting for what: {@code the greeting}, {@code the reply to RCPT} */
    static Reply broken(String peer, String waiting, Duration timeout, IOException e) {
        return switch (e) {
            case SocketTimeoutException _ ->
                Reply.of(421, "4.4.2", peer + " did not send " + waiting + " within " + shown(timeout));
            case BadReplyException _ ->
                Reply.of(451, "4.5.0", peer + " answered nonsense instead of " + waiting + ": " + cause(e));
            default ->
                Reply.of(
                        421, "4.4.2", "connection to " + peer + " lost while waiting for " + waiting + ": " + cause(e));
        };
    }

    /** {@code timeout}, {@code lost} or {@code failed}, for records. */
    static String end(IOException e) {
        return switch (e) {
            case SocketTimeoutException _ -> "timeout";
            case BadReplyException _ -> "failed";
            default -> "lost";
        };
    }

    static String cause(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.chars()
                .limit(300)
                .collect(StringBuilder::new, (out, c) -> out.append(c < ' ' ? ' ' : (char) c), StringBuilder::append)
                .toString();
    }

    static String shown(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
