package plugins.script.host;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;

/**
 * What the object {@code mta} stands on.
 *
 * @param config settings of a script by its name, as they are now
 */
public record Services(
        Lookup lookup,
        Dns dns,
        Records records,
        Http http,
        States states,
        InstantSource clock,
        Function<String, Map<String, Object>> config) {}
