package mta.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.mail.Recipient;
import mta.smtp.wire.BadReplyException;

/**
 * One mail transaction (RFC 5321 section 3.3): MAIL, RCPT for each recipient, DATA or BDAT. With PIPELINING (RFC 2920)
 * the whole envelope is one write. Whatever happens, each recipient has an outcome afterwards. Used once, by the thread of
 * the attempt.
 */
final class Transaction {

    /** Commands on the way without a reply; more might fill the buffers of both sides and block both (RFC 2920 section 3.1). */
    private static final int WINDOW = 100;

    /** Content up to this size goes along with the envelope where it goes as BDAT. */
    private static final long GOES_ALONG = 64 * 1024;

    /** For a reply that may explain why the far side has closed the connection while it was written to. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** 421: the server is going away (RFC 5321 section 3.8). */
    private static final class Closing extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Reply reply;

        private Closing(Reply reply) {
            super(reply.toString());
            this.reply = reply;
        }
    }

    /** Our own side failed to give the content. */
    private static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        private Unreadable(Throwable cause) {
            super(cause);
        }
    }

    private final Conversation talk;
    private final Output out;
    private final Letter letter;
    private final List<Recipient> recipients;
    private final boolean lmtp;
    private final String peer;
    private final Duration patience;
    private final Duration blockPatience;
    private final Duration finalPatience;
    private final boolean resetFirst;

    private final Outcome[] outcomes;
    private final BitSet accepted = new BitSet();
    private final BitSet tooMany = new BitSet();
    private boolean mailAccepted;
    private boolean mailRefused;
    private boolean contentSent;
    private boolean over;
    private boolean broken;
    private boolean heard;
    private String end = "";
    private String waiting = "the reply to MAIL";

    private Transaction(SmtpConnection connection, Letter letter, List<Recipient> recipients, boolean resetFirst) {
        this.talk = connection.talk();
        this.out = talk.out();
        this.letter = letter;
        this.recipients = recipients;
        this.lmtp = connection.protocol() == Protocol.LMTP;
        this.peer = connection.peer();
        this.patience = connection.patience();
        this.blockPatience = connection.settings().blockTimeout();
        Duration limit = connection.settings().finalTimeout();
        this.finalPatience = patience.compareTo(limit) > 0 ? patience : limit;
        this.resetFirst = resetFirst;
        this.outcomes = new Outcome[recipients.size()];
    }

    /** @param resetFirst whether an earlier transaction is still open at the far side */
    static Transaction run(SmtpConnection connection, Letter letter, List<Recipient> recipients, boolean resetFirst) {
        var transaction = new Transaction(connection, letter, recipients, resetFirst);
        transaction.run();
        return transaction;
    }

    /** One for each recipient, but for those that are to be sent again at once. */
    List<Outcome> outcomes() {
        var settled = new ArrayList<Outcome>(outcomes.length);
        boolean all = tooMany().isEmpty();
        for (int i = 0; i < outcomes.length; i++) {
            if (all || !tooMany.get(i)) {
                settled.add(outcomes[i]);
            }
        }
        return settled;
    }

    /** Recipients that were only too many, to be sent again at once. */
    List<Recipient> tooMany() {
        return accepted.isEmpty() || broken
                ? List.of()
                : tooMany.stream().mapToObj(recipients::get).toList();
    }

    /** Whether RSET must come before the next MAIL. */
    boolean open() {
        return mailAccepted && !over;
    }

    /** Whether the connection is of no more use. */
    boolean broken() {
        return broken;
    }

    /** Why, as in {@link mta.plugins.api.log.Connection#end}. */
    String end() {
        return end;
    }

    /** Whether anything is known of any recipient, or may have been done at the far side. */
    boolean heard() {
        return heard || contentSent;
    }

    private void run() {
        try {
            talk.writePatience(patience);
            boolean along = envelope();
            if (!along) {
                content();
            }
        } catch (Closing e) {
            fail(e.reply, "closed");
        } catch (Unreadable e) {
            fail(Reply.of(451, "4.3.0", "the message could not be read: " + Explanation.cause(e.getCause())), "failed");
        } catch (IOException e) {
            Duration limit = contentSent ? finalPatience : patience;
            Reply reply = Explanation.broken(peer, waiting, limit, e);
            fail(contentSent && !accepted.isEmpty() ? ambiguous(reply) : reply, Explanation.end(e));
        }
    }

    /** RFC 5321 section 4.5.4.2: nobody can know; a double is better than a loss. */
    private static Reply ambiguous(Reply reply) {
        return Reply.of(
                reply.code(), reply.enhanced(), reply.text() + "; the message was sent whole and may have arrived");
    }

    private void fail(Reply reply, String how) {
        broken = true;
        end = how;
        for (int i = 0; i < outcomes.length; i++) {
            settle(i, reply);
        }
    }

    /** Each recipient gets the first word about it. */
    private void settle(int recipient, Reply reply) {
        if (outcomes[recipient] == null) {
            outcomes[recipient] = reply.isPositive()
                    ? new Outcome.Delivered(
                            recipients.get(recipient), reply, letter.offer().has("DSN"))
                    : Outcome.of(recipients.get(recipient), reply);
        }
    }

    /** Sends the envelope and, where it is a small chunk, the content behind it; says whether the content was sent. */
    private boolean envelope() throws IOException {
        boolean pipelining = letter.offer().has("PIPELINING");
        int window = pipelining ? WINDOW : 1;
        int count = recipients.size() + 1;
        int answered = 0;
        if (resetFirst) {
            reset(pipelining);
        }
        boolean resetPending = resetFirst && pipelining;
        for (int step = 0; step < count && !mailRefused; step++) {
            if (step - answered == window) {
                answered = replies(answered, step, resetPending);
                resetPending = false;
                if (mailRefused) {
                    break;
                }
            }
            out.line(step == 0 ? letter.mail() : letter.rcpt(recipients.get(step - 1)));
        }
        boolean along = pipelining
                && !mailRefused
                && letter.chunks()
                && letter.content().size() <= GOES_ALONG;
        boolean data = pipelining && !mailRefused && !letter.chunks();
        if (along) {
            chunk();
        } else if (data) {
            out.line("DATA");
        }
        if (!mailRefused) {
            replies(answered, count, resetPending);
        }
        if (along) {
            // If nobody was accepted this is the refusal of a chunk without recipients (RFC 3030 section 2).
            finalReplies();
        } else if (data) {
            afterData(read("DATA"));
        }
        return along || data;
    }

    private void reset(boolean pipelining) throws IOException {
        if (pipelining) {
            out.line("RSET");
        } else {
            waiting = "the reply to RSET";
            heed(talk.command("RSET"));
            waiting = "the reply to MAIL";
        }
    }

    private int replies(int from, int to, boolean resetPending) throws IOException {
        out.flush();
        if (resetPending) {
            read("RSET");
        }
        for (int step = from; step < to; step++) {
            if (step == 0) {
                afterMail(read("MAIL"));
            } else {
                afterRcpt(step - 1, read("RCPT"));
            }
        }
        return to;
    }

    private Reply read(String command) throws IOException {
        waiting = "the reply to " + command;
        return heed(talk.read());
    }

    private static Reply heed(Reply reply) throws Closing {
        if (reply.code() == 421) {
            throw new Closing(reply);
        }
        return reply;
    }

    private static void refuseOddness(String command, Reply reply) throws BadReplyException {
        if (reply.code() >= 300 && reply.code() < 400) {
            throw new BadReplyException(reply + " to " + command);
        }
    }

    private void afterMail(Reply reply) throws IOException {
        refuseOddness("MAIL", reply);
        mailAccepted = reply.isPositive();
        if (!mailAccepted) {
            mailRefused = true;
            heard = true;
            for (int i = 0; i < outcomes.length; i++) {
                settle(i, reply);
            }
        }
    }

    private void afterRcpt(int recipient, Reply reply) throws IOException {
        if (mailRefused) {
            return;
        }
        refuseOddness("RCPT", reply);
        heard = true;
        if (reply.isPositive()) {
            accepted.set(recipient);
            return;
        }
        if (isTooMany(reply)) {
            tooMany.set(recipient);
        }
        settle(recipient, reply.code() == 552 ? as452(reply) : reply);
    }

    /** Other codes with 552, such as 5.2.2 of a full mailbox, are about this recipient alone. */
    private static boolean isTooMany(Reply reply) {
        EnhancedCode code = reply.enhanced();
        boolean named = code.subject() == 5 && code.detail() == 3;
        return reply.code() == 552 && code.isNone() || (reply.code() == 552 || reply.code() == 452) && named;
    }

    /** RFC 5321 section 4.5.3.1.10: a 552 to RCPT is to be treated as 452. */
    private static Reply as452(Reply reply) {
        EnhancedCode code = reply.enhanced();
        return new Reply(452, code.isNone() ? code : new EnhancedCode(4, code.subject(), code.detail()), reply.lines());
    }

    private void content() throws IOException {
        if (accepted.isEmpty()) {
            return;
        }
        talk.writePatience(patience);
        if (letter.chunks()) {
            chunk();
            finalReplies();
            return;
        }
        out.line("DATA");
        out.flush();
        afterData(read("DATA"));
    }

    private void afterData(Reply reply) throws IOException {
        if (reply.code() < 300) {
            throw new BadReplyException(reply + " to DATA");
        }
        if (!reply.isPositive()) {
            accepted.stream().forEach(i -> settle(i, reply));
            return;
        }
        if (accepted.isEmpty()) {
            // RFC 2920 section 3.1: all recipients refused and yet a 354, so an empty message goes, to nobody.
            out.line(".");
            out.flush();
            read("the end of an empty message");
            over = true;
            return;
        }
        send(true);
        finalReplies();
    }

    private void chunk() throws IOException {
        out.line("BDAT " + letter.content().size() + " LAST");
        send(false);
    }

    private void send(boolean dotted) throws IOException {
        waiting = "the end of the message to be taken";
        talk.writePatience(blockPatience);
        out.beginContent(dotted);
        try {
            letter.content().writeTo(out);
        } catch (IOException | RuntimeException e) {
            if (!out.failed()) {
                throw new Unreadable(e);
            }
            throw lastWords(e instanceof IOException io ? io : new IOException(e));
        }
        if (out.taken() != letter.content().size()) {
            // Sending less than BDAT and SIZE said would leave the far side waiting, or cut the message.
            throw new Unreadable(new IOException(
                    "it has " + out.taken() + " octets, not " + letter.content().size()));
        }
        out.endContent();
        contentSent = true;
        try {
            out.flush();
        } catch (IOException e) {
            throw lastWords(e);
        }
    }

    /** A server that closes the connection in the middle of a message often says why before. */
    private IOException lastWords(IOException e) {
        try {
            Reply reply = talk.read(LAST_WORDS);
            if (!reply.isPositive()) {
                accepted.stream().forEach(i -> settle(i, reply));
                heard = true;
            }
        } catch (IOException silence) {
            e.addSuppressed(silence);
        }
        return e;
    }

    private void finalReplies() throws IOException {
        waiting = "the reply to the end of the message";
        if (lmtp && !accepted.isEmpty()) {
            // RFC 2033 section 4.2: one for each recipient that was accepted, in the order of RCPT.
            for (int i = accepted.nextSetBit(0); i >= 0; i = accepted.nextSetBit(i + 1)) {
                settle(i, finalReply());
            }
        } else {
            Reply reply = finalReply();
            accepted.stream().forEach(i -> settle(i, reply));
        }
        over = true;
    }

    private Reply finalReply() throws IOException {
        Reply reply = heed(talk.read(finalPatience));
        refuseOddness("the end of the message", reply);
        heard = true;
        return reply;
    }
}
