package mta.smtp.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Sender;
import mta.smtp.wire.ContentScanner;

/**
 * The content of one message on its way into the draft: holds the limits, and says at the end what is wrong with it.
 * Once something is, nothing more is written, and the rest is only passed over. Used by the thread of the session.
 */
final class MessageContent implements ContentScanner.Sink {

    private static final Reply TOO_LARGE = Reply.of(552, "5.3.4", "Message too large");
    private static final Reply HEADER_TOO_LARGE = Reply.of(552, "5.3.4", "Header section too large");
    private static final Reply NO_ROOM = Reply.of(452, "4.3.1", "Cannot store the message now");
    private static final Reply BARE_LINE_END = Reply.of(550, "5.6.11", "A CR or LF of its own: lines end with CRLF");
    private static final Reply NUL = Reply.of(554, "5.6.0", "NUL in the message");
    private static final Reply LONG_LINE = Reply.of(554, "5.6.0", "Line too long");
    private static final Reply EIGHT_BIT_HEADER = Reply.of(554, "5.6.0", "Header fields outside ASCII need SMTPUTF8");
    private static final Reply EIGHT_BIT_BODY = Reply.of(554, "5.6.3", "A body outside ASCII needs BODY=8BITMIME");

    final ContentScanner scanner;
    final long beganNanos = System.nanoTime();

    private final ServerSettings settings;
    private final OutputStream out;
    private final Optional<StreamRun> stream;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream(0);
    private Optional<Reply> failure = Optional.empty();
    private String detail = "";
    private boolean streamFinished;

    MessageContent(
            ServerSettings settings, OutputStream out, boolean dotted, boolean binary, Optional<StreamRun> stream) {
        this.settings = settings;
        this.out = out;
        this.stream = stream;
        scanner = dotted ? ContentScanner.data(this) : ContentScanner.chunks(binary, this);
    }

    @Override
    public void take(byte[] octets, int from, int length) {
        if (failure.isPresent()) {
            return;
        }
        if (scanner.size() + length > settings.maxMessageSize()) {
            fail(TOO_LARGE, "more than " + settings.maxMessageSize() + " octets");
            return;
        }
        if (scanner.inHeader()) {
            if (scanner.size() + length > settings.maxHeaderSize()) {
                fail(HEADER_TOO_LARGE, "more than " + settings.maxHeaderSize() + " octets");
                return;
            }
            if (settings.addMissingHeaders()) {
                header.write(octets, from, length);
            }
        }
        try {
            out.write(octets, from, length);
            if (stream.isPresent()) {
                stream.get().take(octets, from, length);
            }
        } catch (IOException e) {
            fail(NO_ROOM, e.toString());
        }
    }

    /** A plugin refuses it while it still comes in. */
    void refuse(Reply reply) {
        if (failure.isEmpty()) {
            failure = Optional.of(reply);
        }
    }

    private void fail(Reply reply, String why) {
        failure = Optional.of(reply);
        detail = why;
    }

    /** What was wrong, for the records. */
    String detail() {
        return detail;
    }

    /** Why the message cannot be taken as it is, so far. */
    Optional<Reply> fault(Sender sender) {
        if (failure.isPresent()) {
            return failure;
        }
        if (scanner.bareEnd()) {
            return Optional.of(BARE_LINE_END);
        }
        if (scanner.nul()) {
            return Optional.of(NUL);
        }
        if (scanner.longestLine() > settings.maxLine() && sender.body() != BodyType.BINARY_MIME) {
            detail = scanner.longestLine() + " octets";
            return Optional.of(LONG_LINE);
        }
        if (scanner.eightBitHeader() && !sender.smtpUtf8() && settings.rejectEightBitHeaders()) {
            return Optional.of(EIGHT_BIT_HEADER);
        }
        if (scanner.eightBitBody() && sender.body() == BodyType.SEVEN_BIT && settings.rejectEightBitBodies()) {
            return Optional.of(EIGHT_BIT_BODY);
        }
        return Optional.empty();
    }

    /** Whether so much has come in beyond the limit that the end is not waited for. */
    boolean flooded() {
        return failure.isPresent() && scanner.size() / 2 > settings.maxMessageSize();
    }

    /** Whether it comes in slower than is allowed. */
    boolean tooSlow() {
        if (settings.minDataRate() == 0) {
            return false;
        }
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        return seconds > settings.minDataRateAfter().toNanos() / 1e9
                && scanner.size() < seconds * settings.minDataRate();
    }

    /** Whether the header section, as far as it has come in, has this field; only with addMissingHeaders. */
    boolean hasHeader(String name) {
        String section = "\r\n" + header.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return section.contains("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
    }

    /** The verdict of those who read along. */
    Decision finishStream() throws IOException {
        if (stream.isEmpty() || streamFinished) {
            return Decision.NEXT;
        }
        streamFinished = true;
        return stream.get().finish();
    }
}
