package mta.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A message that the peer has answered with 2xx.
 *
 * @param mail the MAIL command as it came
 * @param rcpts the RCPT commands that were answered with 2xx, as they came
 * @param content not dot-stuffed
 * @param tls whether it came under TLS
 * @param talk number of the connection, from 0
 */
public record Received(String mail, List<String> rcpts, byte[] content, boolean tls, int talk) {

    public Received {
        rcpts = List.copyOf(rcpts);
    }

    /** The content, one char per octet. */
    public String text() {
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
