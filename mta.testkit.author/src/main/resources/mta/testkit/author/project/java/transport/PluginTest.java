package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mta.plugins.api.delivery.Outcome;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class @class@Test {

    @TempDir
    Path folder;

    private final TestAttempt attempt = TestAttempt.first(
            "@name@",
            TestMessage.of("Subject: hello\n\nHello\n")
                    .to("friend@example.net")
                    .to("other@example.net"));

    private List<Outcome> send(Path to) throws Exception {
        var plugin = new @class@(Settings.of(@class@.Config.class, "folder", to.toString()));
        try (var channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
            return channel.send(attempt);
        }
    }

    @Test
    void writesTheMessage() throws Exception {
        List<Outcome> outcomes = send(folder);
        assertEquals(2, outcomes.size());
        outcomes.forEach(outcome -> assertInstanceOf(Outcome.Delivered.class, outcome));
        assertTrue(Files.readString(folder.resolve(attempt.message().id() + ".eml")).endsWith("\r\n\r\nHello\r\n"));
    }

    @Test
    void whatCannotBeWrittenIsTriedAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("in-the-way"), "");
        send(file).forEach(outcome -> assertInstanceOf(Outcome.Transient.class, outcome));
    }
}
