package mta.plugins.api.io;

import java.util.Map;
import mta.plugins.api.hooks.Pin;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a protocol knows of the listener whose connection it serves.
 *
 * <p>{@link #settings} holds the listener's own entries from the configuration, as text.
 */
@ProviderType
public interface Listener {

    String name();

    Endpoint endpoint();

    Map<String, String> settings();

    /** The plan for the session; renew it between commands while nothing is open. */
    Pin pin();

    /** Whether the node is stopping: finish what is open, then say 421 and go. */
    boolean stopping();
}
