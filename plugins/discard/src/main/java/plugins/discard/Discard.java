package plugins.discard;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.config.Amount;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Says 250 and forgets. Channels run on virtual threads of the queue; thread-safe, its settings are one immutable
 * value.
 */
@Component(configurationPid = "mta.discard")
@Plugin("discard")
@Named("discard")
@Designate(ocd = Discard.Config.class)
public final class Discard implements Transport {

    @ObjectClassDefinition(name = "discard", description = "The transport that delivers to nowhere.")
    @interface Config {

        @AttributeDefinition(
                description = "What every recipient gets, such as 250 2.0.0 Discarded, 451 4.2.0 Not now"
                        + " or 550 5.1.1 No such user.")
        String reply() default "250 2.0.0 Discarded";

        @AttributeDefinition(description = "Duration. How long each message takes.")
        String delay() default "0";

        @AttributeDefinition(description = "Every so many recipients one gets failReply instead; 0: none does.")
        int failEvery() default 0;

        @AttributeDefinition(description = "What the failing recipients get.")
        String failReply() default "451 4.2.0 Failed on purpose, try again later";
    }

    private record Settings(Reply reply, Duration delay, int failEvery, Reply failReply) {
        static Settings of(Config config) {
            if (config.failEvery() < 0) {
                throw new IllegalArgumentException("failEvery: 0 or more, not " + config.failEvery());
            }
            return new Settings(
                    Reply.parse(config.reply()),
                    Amount.duration(config.delay()),
                    config.failEvery(),
                    Reply.parse(config.failReply()));
        }
    }

    private final AtomicLong recipients = new AtomicLong();
    private volatile Settings settings;

    @Activate
    public Discard(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) {
        return new Nowhere();
    }

    private final class Nowhere implements Channel {

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            Settings now = settings;
            pause(now.delay);
            List<Outcome> outcomes = new ArrayList<>(attempt.recipients().size());
            for (Recipient recipient : attempt.recipients()) {
                boolean fails = now.failEvery > 0 && recipients.incrementAndGet() % now.failEvery == 0;
                outcomes.add(Outcome.of(recipient, fails ? now.failReply : now.reply));
            }
            return outcomes;
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public String peer() {
            return "nowhere";
        }

        @Override
        public void close() {}
    }

    private static void pause(Duration delay) throws InterruptedIOException {
        if (delay.isZero()) {
            return;
        }
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a message was taking its time");
        }
    }
}
