package plugins.discard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.util.List;
import mta.plugins.api.delivery.Outcome;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.Test;

class DiscardTest {

    private final TestAttempt attempt = TestAttempt.first(
            "discard",
            TestMessage.of("Subject: x\n\nx\n")
                    .to("a@b.example")
                    .to("c@b.example")
                    .to("d@b.example"));

    private List<Outcome> send(Discard plugin) throws Exception {
        try (var channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
            List<Outcome> outcomes = channel.send(attempt);
            assertTrue(channel.reusable());
            return outcomes;
        }
    }

    @Test
    void takesEverything() throws Exception {
        List<Outcome> outcomes = send(new Discard(Settings.of(Discard.Config.class)));
        assertEquals(
                attempt.recipients(), outcomes.stream().map(Outcome::recipient).toList());
        outcomes.forEach(outcome -> {
            assertInstanceOf(Outcome.Delivered.class, outcome);
            assertEquals("250 2.0.0 Discarded", outcome.reply().toString());
        });
    }

    @Test
    void failsOnPurpose() throws Exception {
        var plugin = new Discard(Settings.of(Discard.Config.class, "failEvery", 3, "reply", "550 5.1.1 No"));
        List<Outcome> outcomes = send(plugin);
        assertInstanceOf(Outcome.Permanent.class, outcomes.get(0));
        assertInstanceOf(Outcome.Permanent.class, outcomes.get(1));
        assertInstanceOf(Outcome.Transient.class, outcomes.get(2));
        plugin.modified(Settings.of(Discard.Config.class));
        assertInstanceOf(Outcome.Delivered.class, send(plugin).get(2));
    }

    @Test
    void aDelayCanBeInterrupted() {
        var plugin = new Discard(Settings.of(Discard.Config.class, "delay", "1d"));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> send(plugin));
        assertTrue(Thread.interrupted());
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new Discard(Settings.of(Discard.Config.class, "reply", "fine")));
        assertThrows(
                IllegalArgumentException.class, () -> new Discard(Settings.of(Discard.Config.class, "delay", "soon")));
        assertThrows(
                IllegalArgumentException.class, () -> new Discard(Settings.of(Discard.Config.class, "failEvery", -1)));
    }
}
