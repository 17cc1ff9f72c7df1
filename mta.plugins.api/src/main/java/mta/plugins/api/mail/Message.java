package mta.plugins.api.mail;

import java.io.InputStream;
import java.time.Instant;
import mta.plugins.api.Notes;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A message under way, as one call sees it. The mutators are edits: applied when the call returns in time with an
 * admissible verdict, and refused with {@link IllegalStateException} at the stages that only read. Not thread-safe.
 */
@ProviderType
public interface Message {

    /** Unique for the life of the spool; 13 characters, sorted by time; the "queue id" of the log. */
    String id();

    /** When it was accepted. */
    Instant arrival();

    Envelope envelope();

    Headers headers();

    /** Header section and body as they are now. */
    Content content();

    /** The body, after the empty line. */
    Content body();

    Notes notes();

    /** Edit: another reverse-path. */
    void replaceSender(Sender sender);

    /** Edit: one more recipient. */
    void addRecipient(Recipient recipient);

    /** Edit: takes out a recipient, compared as a whole address; none like it: nothing happens. */
    void removeRecipient(Recipient recipient);

    /** Edit: another body; read to its end when the call has returned, then closed. */
    void replaceBody(InputStream body);
}
