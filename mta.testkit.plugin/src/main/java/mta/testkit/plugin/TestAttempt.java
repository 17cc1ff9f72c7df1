package mta.testkit.plugin;

import java.time.Duration;
import java.util.List;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;
import mta.plugins.api.policy.TlsFor;

/** One try to deliver a message to all its recipients. For one thread. */
public record TestAttempt(
        int number, TestMessage message, String tenant, String campaign, String destination, Path path)
        implements Attempt {

    /** Limits that limit nothing. */
    public static final PathSettings SETTINGS = new PathSettings(
            10,
            0,
            100,
            0,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            TlsFor.Mode.OPPORTUNISTIC);

    /** The first try, to the destination of the first recipient, over a transport of this name. */
    public static TestAttempt first(String transport, TestMessage message) {
        String destination =
                message.envelope().recipients().getFirst().address().domain();
        return new TestAttempt(1, message, "default", "", destination, path(transport, destination));
    }

    public static Path path(String transport, String site) {
        return new Path(transport, site, Source.DEFAULT, SETTINGS);
    }

    @Override
    public List<Recipient> recipients() {
        return message.envelope().recipients();
    }

    @Override
    public Pin pin() {
        return TestPin.ONLY;
    }
}
