package mta.plugins.api.hooks;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One call of one plugin at one stage. Edits made through the objects that the plugin was given are buffered here, and
 * applied in order when the call returns in time with an admissible verdict; otherwise they leave no trace.
 *
 * <p>Runs on the thread of the session or attempt, which is interrupted at the deadline.
 */
@ProviderType
public interface Call {

    /** Name of the binding that is being called. */
    String binding();

    /** Name of the plugin that is being called. */
    String plugin();

    /** Whether its binding is configured as {@code trusted}. */
    boolean trusted();

    /** When the call counts as failed. */
    Instant deadline();

    /**
     * For the one who declares a hook point, whose objects buffer their edits with it.
     *
     * @throws IllegalStateException if the call is over: an edit that comes late would be lost silently otherwise
     */
    void edit(Runnable edit);
}
