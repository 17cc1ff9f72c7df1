package mta.core.io;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import mta.core.node.Drain;
import mta.core.node.Gate;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.Records;
import mta.plugins.api.metrics.Metrics;
import mta.plugins.api.policy.Lookup;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * All listeners of the node. Settings come from {@link ConfiguredListener}s; connections outlive a change of them.
 * Thread-safe: one lock guards the table of listeners and is never held over I/O.
 */
@Component(service = {Listeners.class, Drain.class})
public final class Listeners implements Drain {

    /** How a listener stands. */
    public sealed interface State {
        /** Its protocol, its kind of stream or what else the node needs for mail is not there yet. */
        record Waiting(String reason) implements State {}

        /** @param endpoint with the port that the system chose */
        record Open(String protocol, Endpoint endpoint) implements State {}

        /** It is tried again from time to time. */
        record Failed(String reason) implements State {}
    }

    /** What all listeners need. */
    record Surroundings(
            HookPoints hooks,
            HookPoint<Io> streams,
            HookPoint<Protocol> protocols,
            Tls tls,
            Records records,
            Metrics metrics,
            Gate gate) {}

    private final Surroundings surroundings;
    private final Map<String, Port> ports = new TreeMap<>();
    private volatile Optional<Lookup> lookup = Optional.empty();
    private boolean stopped;

    @Activate
    public Listeners(
            @Reference HookPoints hooks,
            @Reference Tls tls,
            @Reference Records records,
            @Reference Metrics metrics,
            @Reference Gate gate) {
        surroundings = new Surroundings(
                hooks, hooks.point(Io.class), hooks.point(Protocol.class), tls, records, metrics, gate);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    public void bindLookup(Lookup service) {
        lookup = Optional.of(service);
    }

    void unbindLookup(Lookup service) {
        if (lookup.filter(service::equals).isPresent()) {
            lookup = Optional.empty();
        }
    }

    /** Opens a listener, or gives the settings to the one of that name; sessions that run keep theirs. */
    public void open(String name, ListenerSettings settings) {
        synchronized (ports) {
            if (stopped) {
                return;
            }
            Port port = ports.get(name);
            if (port == null) {
                ports.put(name, new Port(name, settings, surroundings, () -> lookup, this::changed));
            } else {
                port.change(settings);
            }
        }
    }

    /** Takes no more connections; sessions that run are asked to end and may go on until they do. */
    public void close(String name) {
        Port port;
        synchronized (ports) {
            port = ports.remove(name);
        }
        if (port != null) {
            port.close();
        }
        changed();
    }

    public Map<String, State> states() {
        synchronized (ports) {
            var states = new TreeMap<String, State>();
            ports.forEach((name, port) -> states.put(name, port.state()));
            return states;
        }
    }

    /**
     * Waits until each of these listeners is open or one has failed.
     *
     * @return how they stand then
     */
    public Map<String, State> awaitSettled(Collection<String> names) throws InterruptedException {
        synchronized (ports) {
            while (!settled(names)) {
                ports.wait();
            }
            return states();
        }
    }

    private boolean settled(Collection<String> names) {
        List<State> states = ports.values().stream()
                .filter(port -> names.contains(port.name()))
                .map(Port::state)
                .toList();
        return states.stream().anyMatch(state -> state instanceof State.Failed)
                || states.size() == names.size() && states.stream().allMatch(state -> state instanceof State.Open);
    }

    private void changed() {
        synchronized (ports) {
            ports.notifyAll();
        }
    }

    /** Closes all acceptors, asks the sessions to end and waits for them; those that are left are cut off. */
    @Override
    public void drain(Instant deadline) throws InterruptedException {
        List<Port> all;
        synchronized (ports) {
            stopped = true;
            all = List.copyOf(ports.values());
            ports.clear();
        }
        all.forEach(Port::close);
        for (Port port : all) {
            port.awaitSessions(deadline);
        }
        all.forEach(Port::cutOff);
    }

    /** When the bundle stops for another reason than the node's stop, there is no time for manners. */
    @Deactivate
    void stop() throws InterruptedException {
        drain(Instant.now().plus(Duration.ofSeconds(1)));
    }
}
