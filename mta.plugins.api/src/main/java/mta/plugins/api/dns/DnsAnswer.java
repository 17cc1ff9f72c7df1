package mta.plugins.api.dns;

import java.time.Duration;
import java.util.List;

/** What the DNS said. */
public sealed interface DnsAnswer<T> {

    /**
     * @param values at least one
     * @param secure whether a validating resolver vouches for it (AD bit from a trusted resolver)
     */
    record Found<T>(List<T> values, Duration ttl, boolean secure) implements DnsAnswer<T> {
        public Found {
            values = List.copyOf(values);
        }
    }

    /** @param nameExists true: the name is there but has no such record (NODATA); false: no such name (NXDOMAIN) */
    record Missing<T>(boolean nameExists, Duration ttl) implements DnsAnswer<T> {}

    /** SERVFAIL, timeout, nonsense: it may exist. */
    record Failed<T>(String reason) implements DnsAnswer<T> {}
}
