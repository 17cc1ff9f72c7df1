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

    /**
     * The plan for the session; renew it between commands while nothing is open, so that an idle session never holds old
     * code. The listener closes it when the session has ended.
     */
    Pin pin();

    /**
     * Whether the session should end: the node stops, the listener was taken away, or the protocol is another one in
     * the plan that the pin was renewed to. To be asked after renewing: finish what is open, then say 421 and go.
     */
    boolean stopping();
}
