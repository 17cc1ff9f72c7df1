package mta.plugins.api.admin;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service of a plugin that brings plugins of another form than bundles (scripts): {@code plugin list} shows them, and
 * {@code plugin info} what the bringer says about itself. Thread-safe.
 */
@ConsumerType
public interface PluginSource {

    /** What it brings now, refused ones included. */
    List<Item> items();

    /** About itself: which runtime, which limits; in the order to show. */
    Map<String, String> facts();

    /**
     * One plugin.
     *
     * @param plugin the name that bindings use; the file's name if it was never live
     * @param state {@code live}, {@code refused} ...
     * @param offers hook points
     * @param reason why it, or its last change, was refused; otherwise empty
     */
    record Item(String plugin, String version, String file, String state, List<String> offers, String reason) {
        public Item {
            offers = List.copyOf(offers);
        }
    }
}
