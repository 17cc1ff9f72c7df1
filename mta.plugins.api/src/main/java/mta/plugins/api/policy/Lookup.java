package mta.plugins.api.policy;

import java.util.Optional;
import mta.plugins.api.hooks.Unresolved;
import org.osgi.annotation.versioning.ProviderType;

/** Asks policies, an OSGi service. Thread-safe. */
@ProviderType
public interface Lookup {

    /**
     * @return empty if nobody knows an answer
     * @throws Unresolved if it could not be told and no stale answer is left; treat as temporary
     */
    <V> Optional<V> find(Query<V> query) throws Unresolved;

    /** Asks anew from now on, so that a change is seen at once. Answers are kept only for when nobody can tell. */
    void forget(Class<? extends Query<?>> type);
}
