package mta.plugins.api;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What plugins remember with a session, a transaction or a message: JSON values only (String, Long, Double, Boolean,
 * List, Map with String keys), so that they survive queueing and restarts and never hold a plugin's class. Each plugin
 * writes into its own name space and may read everybody's. Notes of a message are stored with it: 16 KiB per message
 * at most, more is a plugin error.
 *
 * <p>A {@link #put} is an edit: it takes effect when the call returns in time with an admissible verdict.
 */
@ProviderType
public interface Notes {

    /** What this plugin has put under the key. */
    Optional<Object> find(String key);

    /** What the named plugin has put under the key. */
    Optional<Object> find(String plugin, String key);

    /** @throws IllegalArgumentException if the value is not JSON */
    void put(String key, Object json);

    /** Everything, plugin name to key to value; a copy. */
    Map<String, Map<String, Object>> all();
}
