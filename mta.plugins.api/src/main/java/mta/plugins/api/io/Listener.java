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

    /** The plan for the session. The listener closes it when the session has ended. */
    Pin pin();

    /**
     * Changes to the current plan and returns its pin; to be called between commands while nothing is open, so that an
     * idle session never holds old code. What {@link #pin} returned before is closed by this. Costs next to nothing
     * while the plan is the same.
     */
    Pin renew();

    /**
     * Whether the session should end: the node stops, the listener was taken away or the protocol was replaced. Finish
     * what is open, then say 421 and go.
     */
    boolean stopping();
}
