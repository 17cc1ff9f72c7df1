package mta.plugins.api.hooks;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The bindings of one interface. Thread-safe. */
@ProviderType
public interface HookPoint<T> {

    /** @throws IllegalArgumentException if the interface has no such stage */
    Stage<T> stage(String method);

    /**
     * The driver of that name (kind {@link Kind#PROVIDE}). Held by the caller only for as long as the pin: a driver
     * whose bundle leaves is waited for until its pins are closed.
     */
    Optional<T> driver(Pin pin, String name);

    /** The names of the drivers there are. */
    Set<String> drivers(Pin pin);
}
