package mta.plugins.api.routing;

import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a message waits and how it leaves. Set for the whole message at {@link Routing#place}; the destination is set
 * per recipient and starts as the recipient's domain. Mutators are edits and return this.
 */
@ProviderType
public interface Placement {

    /** {@code default} unless somebody says otherwise. */
    String tenant();

    /** Empty unless somebody says otherwise. */
    String campaign();

    /** 0 (first) to 9 (last); 5 unless somebody says otherwise. */
    int priority();

    Optional<Instant> notBefore();

    /** Empty: by policy, from its arrival. */
    Optional<Instant> expires();

    /** Name of the transport; empty: by policy. */
    Optional<String> transport();

    /** Name of the pool of sources; empty: by policy. */
    Optional<String> pool();

    /**
     * Where all recipients go instead of their own domains: a domain whose MX is looked up, or a host in brackets,
     * {@code [relay.example]:587}; empty: by policy.
     */
    Optional<String> route();

    Placement tenant(String name);

    Placement campaign(String name);

    Placement priority(int priority);

    Placement notBefore(Instant when);

    Placement expires(Instant when);

    Placement transport(String name);

    Placement pool(String name);

    Placement route(String route);
}
