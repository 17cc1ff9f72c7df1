package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.plugins.api.policy.DomainFor;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;

class @class@Test {

    private final @class@ plugin =
            new @class@(Settings.of(@class@.Config.class, "domains", List.of("example.net")));

    @Test
    void knowsItsDomains() {
        assertEquals(
                DomainFor.Role.RELAY,
                plugin.find(new DomainFor("example.net")).orElseThrow().value());
    }

    @Test
    void leavesOthersToOthers() {
        assertTrue(plugin.find(new DomainFor("example.com")).isEmpty());
    }
}
