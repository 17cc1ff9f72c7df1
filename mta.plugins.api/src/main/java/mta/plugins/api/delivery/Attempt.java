package mta.plugins.api.delivery;

import java.util.List;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.osgi.annotation.versioning.ProviderType;

/** One try to deliver a message to some of its recipients. Used by one thread. */
@ProviderType
public interface Attempt {

    /** 1 for the first. */
    int number();

    /** The message; its content as it will be sent. */
    Message message();

    /** The recipients of this attempt, a part of the message's. */
    List<Recipient> recipients();

    String tenant();

    String campaign();

    String destination();

    Path path();

    /** The plan of this attempt. */
    Pin pin();
}
