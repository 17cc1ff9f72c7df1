package mta.plugins.api.smtp;

import mta.plugins.api.Reply;
import org.osgi.annotation.versioning.ProviderType;

/** A command line as it came in. */
@ProviderType
public interface Command {

    /** In upper case. */
    String verb();

    /** All after the verb, without surrounding white space; octets outside ASCII read as UTF-8. */
    String argument();

    /** Whether the server itself knows the verb. */
    boolean known();

    /** Edit: the positive reply to the command; the plugin has carried it out. */
    void answer(Reply reply);
}
