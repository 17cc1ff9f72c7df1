package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import mta.plugins.api.routing.Cause;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPlacement;
import org.junit.jupiter.api.Test;

class @class@Test {

    private final @class@ plugin = new @class@(Settings.of(@class@.Config.class));
    private final TestPlacement placement = new TestPlacement();

    @Test
    void takesTheCampaignFromTheHeader() throws Exception {
        var message = TestMessage.of("X-Campaign: spring\n\nHello\n").to("friend@example.net");
        var result = Stages.place(plugin, message, placement, Cause.RECEIVED);
        assertTrue(result.isNext());
        assertEquals("spring", placement.campaign());
    }

    @Test
    void leavesOtherMailAlone() throws Exception {
        var message = TestMessage.of("Subject: hello\n\nHello\n").to("friend@example.net");
        assertTrue(Stages.place(plugin, message, placement, Cause.RECEIVED).edits().isEmpty());
    }
}
