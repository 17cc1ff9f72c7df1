package @package@;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * A transport that puts each message into a folder. Queueing, retry, limits and records are the queue's business and
 * work as for any other transport. Channels run on virtual threads of the queue; thread-safe.
 */
@Component(configurationPid = "mta.@name@")
@Plugin("@name@")
@Named("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements Transport {

    private static final Reply TAKEN = Reply.of(250, "2.0.0", "Written");

    @ObjectClassDefinition(name = "@name@", description = "The transport that puts messages into a folder.")
    public @interface Config {

        @AttributeDefinition(description = "Where the messages go; relative to the instance folder. Made if missing.")
        String folder() default "var/@name@";
    }

    private volatile Path folder;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        folder = Path.of(System.getProperty("mta.data", "")).resolve(config.folder());
    }

    @Override
    public Channel open(mta.plugins.api.delivery.Path path, List<Hop> hops, Pin pin) {
        return new Folder();
    }

    /** For one thread. */
    private final class Folder implements Channel {

        @Override
        public List<Outcome> send(Attempt attempt) {
            Reply reply = write(attempt);
            return attempt.recipients().stream()
                    .map(recipient -> Outcome.of(recipient, reply))
                    .toList();
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public String peer() {
            return folder.toString();
        }

        @Override
        public void close() {}
    }

    /** Written under another name and moved into place: it is there as a whole or not at all. */
    private Reply write(Attempt attempt) {
        Path target = folder.resolve(attempt.message().id() + ".eml");
        Path draft = folder.resolve(attempt.message().id() + ".draft");
        try {
            Files.createDirectories(folder);
            try (OutputStream out = Files.newOutputStream(draft)) {
                attempt.message().content().writeTo(out);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            return TAKEN;
        } catch (IOException e) {
            return Reply.of(451, "4.3.0", "Could not write: " + e.getMessage()); // 4xx: the queue tries again
        }
    }
}
