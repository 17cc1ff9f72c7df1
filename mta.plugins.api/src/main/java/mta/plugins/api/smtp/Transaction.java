package mta.plugins.api.smtp;

import java.util.List;
import mta.plugins.api.Notes;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import org.osgi.annotation.versioning.ProviderType;

/** One mail transaction, from MAIL to its end. Read by the thread of the session only. */
@ProviderType
public interface Transaction {

    /** Given at MAIL; the message keeps it if it is accepted. */
    String id();

    Session session();

    Sender sender();

    /** Those accepted so far. */
    List<Recipient> recipients();

    /** Stored with the message when it is accepted. */
    Notes notes();

    /** Edit: another reverse-path. */
    void replaceSender(Sender sender);

    /** Edit: one more recipient, who has not to be accepted by anybody else. */
    void addRecipient(Recipient recipient);

    /** Edit: takes out a recipient. */
    void removeRecipient(Recipient recipient);

    /**
     * Edit: at {@link Reception#rcpt}, these instead of the recipient that is being decided (alias, list, forward); an
     * empty list accepts the command and delivers to nobody.
     */
    void replaceRecipient(Recipient recipient, List<Recipient> others);

    /** Edit: a header field on top of the message, once there is one. */
    void prependHeader(mta.plugins.api.mail.Header header);

    /**
     * Edit: a refusal that is given only if the message would be accepted otherwise (Postfix DEFER_IF_PERMIT,
     * postponed rejects): at the end of RCPT for the recipient, or at the end of data for the message.
     */
    void pend(Reply refusal);

    /**
     * Edit: if what is being decided is refused for good (5xx), the client is told this instead and tries again (Postfix
     * DEFER_IF_REJECT). At MAIL it holds for the message and each of its recipients, at RCPT for the recipient, later for
     * the message. A refusal that closes the connection stays.
     *
     * @throws IllegalArgumentException if it is no 4xx reply
     */
    void deferIfRefused(Reply deferral);

    /**
     * Edit: refuses a recipient that was accepted before. LMTP answers each recipient for itself; SMTP has one answer for
     * all, see {@link Reception#perRecipient}.
     *
     * @throws IllegalArgumentException if it is no 4xx or 5xx reply
     */
    void refuseRecipient(Recipient recipient, Reply refusal);
}
