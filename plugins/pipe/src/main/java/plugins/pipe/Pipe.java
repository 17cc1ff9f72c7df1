package plugins.pipe;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Gives each message to the program that its route names, one process for each recipient. Channels run on virtual threads
 * of the queue; thread-safe: the commands are an immutable map, replaced as a whole.
 */
@Component(service = {Transport.class, Pipe.class})
@Plugin("pipe")
@Named("pipe")
public final class Pipe implements Transport {

    private static final Reply OPTION =
            Reply.of(553, "5.1.3", "The recipient or sender address cannot be given to the program");

    private volatile Map<String, Command> commands = Map.of();

    @Activate
    public Pipe() {}

    synchronized void put(Command command) {
        var next = new HashMap<>(commands);
        next.put(command.name(), command);
        commands = Map.copyOf(next);
    }

    synchronized void remove(String name) {
        var next = new HashMap<>(commands);
        next.remove(name);
        commands = Map.copyOf(next);
    }

    private static Reply unknown(String name) {
        return Reply.of(451, "4.3.5", "pipe: there is no command " + name.replaceAll("\\p{Cntrl}", "?"));
    }

    /** @param destination name of a command, as a route says */
    @Override
    public Resolution resolve(String destination) {
        return commands.containsKey(destination)
                ? new Resolution.Site(destination, List.of(), Duration.ofMinutes(5))
                : new Resolution.Unknown(unknown(destination));
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) throws IOException {
        if (!commands.containsKey(path.site())) {
            throw new ConnectException(unknown(path.site()));
        }
        return new Runs(path.site());
    }

    private final class Runs implements Channel {

        private final String name;

        Runs(String name) {
            this.name = name;
        }

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            Command command =
                    Optional.ofNullable(commands.get(name)).orElseThrow(() -> new ConnectException(unknown(name)));
            List<Outcome> outcomes = new ArrayList<>(attempt.recipients().size());
            for (Recipient recipient : attempt.recipients()) {
                outcomes.add(Outcome.of(recipient, deliver(command, attempt, recipient)));
            }
            return outcomes;
        }

        private Reply deliver(Command command, Attempt attempt, Recipient recipient) throws IOException {
            Optional<List<String>> argv = command.arguments(attempt.message(), recipient);
            if (argv.isEmpty()) {
                return OPTION;
            }
            try {
                return Run.deliver(command, argv.get(), attempt.message(), recipient);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public String peer() {
            return name;
        }

        @Override
        public void close() {}
    }
}
