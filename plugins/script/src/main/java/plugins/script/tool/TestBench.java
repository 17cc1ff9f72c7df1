package plugins.script.tool;

import java.net.InetAddress;
import java.util.List;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Table;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestCapabilities;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPlacement;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;
import plugins.script.Script;
import plugins.script.view.Inward;
import plugins.script.view.Outward;

/**
 * The {@code t} of a script's test: makes sessions and messages up, calls a stage of the script with them as the host
 * would, and compares. For one thread.
 */
public final class TestBench {

    private final Script script;
    private final TestWorld world;

    TestBench(Script script, TestWorld world) {
        this.script = script;
        this.world = world;
    }

    /** What the script said and changed. */
    public static final class Said {

        private final Result result;

        Said(Result result) {
            this.result = result;
        }

        /** {@code NEXT}, {@code ACCEPT}, {@code REFUSE}, {@code LATER}, {@code HOLD} or {@code DISCARD}. */
        @Export
        public String kind() {
            return result.verdict().kind().name();
        }

        /** The reply of a refusal or delay, the reason of a hold or discard; null where there is none. */
        @Export
        public String text() {
            return switch (result.verdict()) {
                case Verdict.Refuse refuse -> refuse.reply().toString();
                case Verdict.Later later -> later.reply().toString();
                case Verdict.Hold hold -> hold.reason();
                case Verdict.Discard discard -> discard.reason();
                case Verdict.Next _, Verdict.Accept _ -> null;
            };
        }

        /** The edits, in order, in words. */
        @Export
        public List<String> edits() {
            return result.edits();
        }

        @Export
        @Override
        public String toString() {
            return kind() + (text() == null ? "" : " " + text());
        }
    }

    // ---- the scene

    /** A client at this address; see TestSession: {@code helo(name)}, {@code user(name)}, {@code mail(sender)}. */
    @Export
    public Object session(String address) {
        return Outward.value(TestSession.from(address));
    }

    /** A message of this text; see TestMessage: {@code from(address)}, {@code to(address)}. */
    @Export
    public Object message(String text) {
        return Outward.value(TestMessage.of(text));
    }

    @Export
    public Object placement() {
        return Outward.value(new TestPlacement());
    }

    /** The first attempt to deliver a message over a transport. */
    @Export
    public Object attempt(String transport, Value message) {
        return Outward.view(
                TestAttempt.first(transport, Inward.host(message, TestMessage.class)),
                mta.plugins.api.delivery.Attempt.class);
    }

    @Export
    public void table(String name, String key, String value) {
        world.lookup.with(new Table(name, key), value);
    }

    /** This key cannot be told. */
    @Export
    public void tableFails(String name, String key, String why) {
        world.lookup.failing(new Table(name, key), why);
    }

    /** @param type mx (a host), addresses, txt or ptr */
    @Export
    public void dns(String type, String name, String value) {
        world.name(
                type,
                name,
                switch (type) {
                    case "mx" -> new Dns.Mx(10, value);
                    case "addresses" -> InetAddress.ofLiteral(value);
                    case "txt", "ptr" -> value;
                    default -> throw new IllegalArgumentException("a type is mx, addresses, txt or ptr, not " + type);
                });
    }

    @Export
    public void config(String key, Value value) {
        world.config.put(key, Inward.json(value));
    }

    /** Lets time pass: {@code t.advance('5m')}. */
    @Export
    public void advance(String duration) {
        world.advance(mta.plugins.api.config.Amount.duration(duration));
    }

    /** What the script has emitted, as text. */
    @Export
    public List<String> records() {
        return world.records.stream().map(Object::toString).toList();
    }

    // ---- the stages

    @Export
    public Said connect(Value session) throws Exception {
        return new Said(Stages.connect(script.implement(Reception.class), Inward.host(session, TestSession.class)));
    }

    @Export
    public Said helo(Value session, String name) throws Exception {
        TestSession made = Inward.host(session, TestSession.class);
        return new Said(Stages.helo(
                script.implement(Reception.class), made, name, new TestCapabilities(made, "PIPELINING", "SIZE 1000")));
    }

    @Export
    public Said mail(Value transaction) throws Exception {
        return new Said(Stages.mail(script.implement(Reception.class), transaction(transaction)));
    }

    @Export
    public Said rcpt(Value transaction, String recipient) throws Exception {
        return new Said(Stages.rcpt(script.implement(Reception.class), transaction(transaction), recipient));
    }

    @Export
    public Said data(Value transaction) throws Exception {
        return new Said(Stages.data(script.implement(Reception.class), transaction(transaction)));
    }

    @Export
    public Said headers(Value transaction, Value message) throws Exception {
        return new Said(Stages.headers(script.implement(Reception.class), transaction(transaction), message(message)));
    }

    @Export
    public Said message(Value transaction, Value message) throws Exception {
        return new Said(Stages.message(script.implement(Reception.class), transaction(transaction), message(message)));
    }

    /** @param cause RECEIVED, INJECTED, BOUNCE, LOADED, RETRY, REBIND or TRANSFER */
    @Export
    public Said place(Value message, Value placement, String cause) throws Exception {
        return new Said(Stages.place(
                script.implement(Routing.class),
                message(message),
                Inward.host(placement, TestPlacement.class),
                Cause.valueOf(cause)));
    }

    @Export
    public Said seal(Value message) throws Exception {
        return new Said(Stages.seal(script.implement(Routing.class), message(message)));
    }

    @Export
    public Said ready(Value attempt) throws Exception {
        return new Said(Stages.ready(script.implement(Delivery.class), Inward.host(attempt, TestAttempt.class)));
    }

    @Export
    public Said response(Value attempt, String recipient, String reply) throws Exception {
        return new Said(Stages.response(
                script.implement(Delivery.class),
                Inward.host(attempt, TestAttempt.class),
                Recipient.of(recipient),
                reply));
    }

    private static TestTransaction transaction(Value value) {
        return Inward.host(value, TestTransaction.class);
    }

    private static TestMessage message(Value value) {
        return Inward.host(value, TestMessage.class);
    }

    // ---- comparing

    @Export
    public void equal(Value actual, Value expected) {
        Object is = plain(actual);
        Object wanted = plain(expected);
        if (!java.util.Objects.equals(is, wanted)) {
            throw new AssertionError("expected " + wanted + ", got " + is);
        }
    }

    private static Object plain(Value value) {
        if (value.isNull()) {
            return null;
        }
        return value.isHostObject() && value.asHostObject() instanceof Said said ? said.toString() : Inward.json(value);
    }

    @Export
    public void ok(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
