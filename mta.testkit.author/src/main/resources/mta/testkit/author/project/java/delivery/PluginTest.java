package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import mta.plugins.api.mail.Recipient;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import org.junit.jupiter.api.Test;

class @class@Test {

    private static final Recipient FRIEND = Recipient.of("friend@example.net");

    private final @class@ plugin = new @class@(Settings.of(@class@.Config.class));
    private final TestAttempt attempt =
            TestAttempt.first("smtp", TestMessage.of("Subject: hello\n\nHello\n").to(FRIEND));

    @Test
    void triesAgainWhatIsNotMeantForGood() throws Exception {
        var result = Stages.response(plugin, attempt, FRIEND, "550 5.7.1 Rate limit exceeded");
        assertEquals("451 4.7.0 Rate limit exceeded", result.refusal().toString());
    }

    @Test
    void believesOtherReplies() throws Exception {
        assertTrue(Stages.response(plugin, attempt, FRIEND, "550 5.1.1 No such user").isNext());
        assertTrue(Stages.response(plugin, attempt, FRIEND, "250 2.0.0 Ok").isNext());
    }
}
