package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.Test;

class @class@Test {

    private final @class@ plugin = new @class@(Settings.of(@class@.Config.class));
    private final TestTransaction transaction =
            TestSession.from("192.0.2.1").helo("client.example").mail("somebody@example.org");

    @Test
    void refusesWhoIsClosed() throws Exception {
        var result = Stages.rcpt(plugin, transaction, "Nobody@example.net");
        assertEquals("550 5.2.1 This mailbox is closed", result.refusal().toString());
    }

    @Test
    void hasNoOpinionAboutOthers() throws Exception {
        assertTrue(Stages.rcpt(plugin, transaction, "friend@example.net").isNext());
    }

    @Test
    void takesOverNewSettings() throws Exception {
        plugin.modified(Settings.of(@class@.Config.class, "closed", java.util.List.of("friend")));
        assertEquals(550, Stages.rcpt(plugin, transaction, "friend@example.net").refusal().code());
        assertTrue(Stages.rcpt(plugin, transaction, "nobody@example.net").isNext());
    }
}
