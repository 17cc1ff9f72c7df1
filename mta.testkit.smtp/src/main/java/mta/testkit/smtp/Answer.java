package mta.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** What the peer does at one point of the talk. */
public sealed interface Answer {

    /** Sends these octets as they are. */
    record Octets(byte[] octets) implements Answer {}

    /** Neither says nor reads anything more until the client goes away. */
    record Stall() implements Answer {}

    /** Closes the connection in good order: what was said before arrives, then the end of the stream. */
    record Drop() implements Answer {}

    /** Closes the connection with a RST. */
    record Reset() implements Answer {}

    /** Waits. */
    record Pause(Duration duration) implements Answer {}

    /** Handshakes as a TLS server; {@link ScriptedServer#tls} gave the certificate. */
    record StartTls() implements Answer {}

    /** One after the other. */
    record All(List<Answer> parts) implements Answer {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** @param reply such as {@code 250 ok}; several lines separated by line feeds; CRLFs are put at the ends */
    static Answer say(String reply) {
        return raw(String.join("\r\n", reply.split("\n")) + "\r\n");
    }

    /** Text as it is (ISO 8859-1), for line ends and lengths that no good server would send. */
    static Answer raw(String text) {
        return new Octets(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends the text one octet at a time with a pause before each. */
    static Answer drip(String text, Duration pause) {
        return new All(text.chars()
                .<Answer>mapToObj(c -> new All(List.of(new Pause(pause), raw(String.valueOf((char) c)))))
                .toList());
    }

    static Answer stall() {
        return new Stall();
    }

    static Answer drop() {
        return new Drop();
    }

    static Answer reset() {
        return new Reset();
    }

    static Answer startTls() {
        return new StartTls();
    }

    default Answer then(Answer next) {
        return new All(List.of(this, next));
    }
}
