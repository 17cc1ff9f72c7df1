package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.core.intake.MessageId;
import mta.core.intake.Store;
import mta.core.intake.StoreException;
import mta.core.intake.StoredMessage;
import mta.core.node.Gate;
import mta.plugins.api.Address;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;
import mta.queue.MessageQueue;
import mta.queue.Pressure;
import mta.queue.policy.Policies;
import mta.queue.policy.Scope;
import mta.queue.spool.RocksSpool;
import mta.queue.spool.Spool;
import mta.queue.spool.SpoolSettings;

/** A queue in process: real spool, scripted transport, fake clock. May be stopped and started again on the same spool. */
final class Node implements AutoCloseable {

    static final byte[] BODY = "Subject: test\r\n\r\nHello\r\n".getBytes(StandardCharsets.ISO_8859_1);

    final FakeClock clock;
    final ScriptedTransport transport = new ScriptedTransport();
    final Policies policies = new Policies();
    final ConcurrentLinkedQueue<LogRecord> records = new ConcurrentLinkedQueue<>();
    final HookRunner hooks;
    final MessageId ids;
    private final Path directory;
    private final List<Binding> bindings = new ArrayList<>();
    private DispatchSettings settings = new DispatchSettings(200, 8, Duration.ofSeconds(10));
    /** Between the node and its spool, for a test that lets storage fail. */
    UnaryOperator<Spool> between = real -> real;

    RocksSpool spool;
    Dispatch dispatch;
    MessageQueue queue;

    Node(Path directory) {
        this(directory, new FakeClock());
    }

    Node(Path directory, FakeClock clock) {
        this.directory = directory;
        this.clock = clock;
        this.ids = new MessageId(clock);
        this.hooks = new HookRunner(_ -> {}, clock);
        hooks.register(Transport.class, transport, Map.of("mta.plugin", "smtp", "mta.named", "smtp"));
    }

    Node settings(DispatchSettings other) {
        settings = other;
        return this;
    }

    Node start() {
        make();
        dispatch.startWithoutClock();
        return this;
    }

    /** With the clock's own thread. */
    Node startBehind(Gate gate) {
        make();
        dispatch.start(() -> {}, gate);
        return this;
    }

    private void make() {
        spool = new RocksSpool(SpoolSettings.of(directory).floor(0));
        var sink = new Records() {
            @Override
            public void emit(LogRecord record) {
                records.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
        Spool seen = between.apply(spool);
        dispatch = new Dispatch(seen, policies, hooks, sink, clock, settings);
        queue = new MessageQueue(seen, dispatch, Pressure.none());
        ids.after(queue.highestId());
    }

    /** Stops in order. */
    @Override
    public void close() {
        queue.stop();
    }

    /** A scope for everybody or, with {@code when.} keys, for some. */
    Node policy(String... keysAndValues) {
        List<Scope> scopes = new ArrayList<>();
        for (String[] each : List.of(new String[] {"retry", "5m"}, new String[] {"jitter", "0"})) {
            scopes.add(Scope.of("test-" + each[0], "test", Map.of(each[0], each[1])));
        }
        java.util.HashMap<String, Object> map = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        map.put("order", "1");
        scopes.add(Scope.of("under-test", "test", map));
        policies.scopes(scopes);
        return this;
    }

    void plugin(String name, Delivery plugin, String... stages) {
        hooks.register(Delivery.class, plugin, Map.of("mta.plugin", name));
        bindings.add(Binding.of(name, name, "Delivery", stages));
        hooks.bind(bindings).ifPresent(reason -> fail("plan refused: " + reason));
    }

    // -- mail ---------------------------------------------------------------------------------------------------------

    long put(String... recipients) {
        return put(placed -> placed, recipients);
    }

    long put(UnaryOperator<StoredMessage> change, String... recipients) {
        long id = ids.next();
        var envelope = new Envelope(
                Sender.of(Address.of("sender@origin.example")),
                Arrays.stream(recipients).map(Recipient::of).toList());
        var message = new StoredMessage(
                id,
                clock.instant(),
                Intake.Origin.plugin("test"),
                envelope,
                StoredMessage.Placed.DEFAULT,
                BODY.length,
                Optional.empty(),
                Map.of());
        try {
            queue.put(List.of(new Store.Parcel(change.apply(message), BODY, Optional.empty())));
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
        return id;
    }

    static UnaryOperator<StoredMessage> of(String tenant, String campaign, int priority) {
        return message -> new StoredMessage(
                message.id(),
                message.arrival(),
                message.origin(),
                message.envelope(),
                new StoredMessage.Placed(
                        tenant,
                        campaign,
                        priority,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                message.bytes(),
                message.hold(),
                message.notes());
    }

    static UnaryOperator<StoredMessage> to(Recipient... recipients) {
        return message -> new StoredMessage(
                message.id(),
                message.arrival(),
                message.origin(),
                message.envelope().withRecipients(List.of(recipients)),
                message.placed(),
                message.bytes(),
                message.hold(),
                message.notes());
    }

    // -- waiting ------------------------------------------------------------------------------------------------------

    /** Lets things happen until the condition holds; the clock stands still. */
    void await(BooleanSupplier condition) {
        await("", condition);
    }

    void await(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            dispatch.tick();
            if (System.nanoTime() > limit) {
                fail("still not " + what + "; sent " + transport.sent.size() + ", queued "
                        + dispatch.index().total());
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Lets time pass in steps, so that what is due in between happens. */
    void pass(Duration time) {
        Duration step = time.compareTo(Duration.ofMinutes(10)) > 0 ? time.dividedBy(20) : time.dividedBy(5);
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
            clock.advance(step);
            settle();
        }
    }

    /** Until nothing is in flight any more. */
    void settle() {
        await("settled", () -> !dispatch.isBusy());
        dispatch.tick();
        while (!dispatch.sweepRound()) {
            Thread.onSpinWait();
        }
        await("settled", () -> !dispatch.isBusy());
    }

    /** Until no channel does anything, though there may be work that it must not do yet. */
    void settleIgnoringWork() {
        await("settled", () -> !dispatch.isBusy());
    }

    int queued() {
        return dispatch.index().size();
    }

    <T extends LogRecord> List<T> records(Class<T> kind) {
        return records.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
