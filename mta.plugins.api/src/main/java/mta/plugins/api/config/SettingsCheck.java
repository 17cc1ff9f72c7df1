package mta.plugins.api.config;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says what is wrong with the settings of a section where the type of each is not all there is to know: a pattern, two
 * that exclude one another. What it finds is an error of the configuration, with file and line, and nothing of the change
 * takes effect; without it such settings would be refused only when the plugin gets them.
 *
 * <p>A bundle names its checks in its manifest, {@code Mta-Check: section=class}, several separated by commas. The class
 * is public with a public constructor without parameters. It is loaded from the bundle's jar for each reading of the
 * files, also where no node runs ({@code ./mta check-config}): it sees the bundle's own classes and the API, and no
 * services.
 *
 * @param <C> the configuration annotation that is the section's {@code ObjectClassDefinition}
 */
@ConsumerType
public interface SettingsCheck<C> {

    /** Name of the manifest header. */
    String HEADER = "Mta-Check";

    /** The annotation. */
    Class<C> settings();

    /**
     * Called once for each section, or each instance of one, that is written and whose settings are each right.
     *
     * @param settings as the plugin would get them, defaults included
     * @throws IllegalArgumentException with a text for the person who wrote it; if it begins with a key and a colon,
     *     {@code limit: more than 0}, the error names the line of that key
     */
    void check(C settings);
}
