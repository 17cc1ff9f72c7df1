package mta.plugins.api.delivery;

import java.time.Duration;
import java.util.List;
import mta.plugins.api.Reply;

/** Where a destination is served. */
public sealed interface Resolution {

    /**
     * @param site name under which all destinations with the same hosts meet
     * @param hops in the order to try
     * @param ttl how long this may be believed
     */
    record Site(String site, List<Hop> hops, Duration ttl) implements Resolution {
        public Site {
            hops = List.copyOf(hops);
        }
    }

    /** It takes no mail (no such domain, null MX): bounce with this 5xx reply. */
    record Unroutable(Reply reply) implements Resolution {}

    /** It could not be told now: try later; the 4xx reply says why. */
    record Unknown(Reply reply) implements Resolution {}
}
