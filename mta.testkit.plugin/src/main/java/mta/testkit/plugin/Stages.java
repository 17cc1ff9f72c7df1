package mta.testkit.plugin;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.AuthResult;
import mta.plugins.api.smtp.Reception;

/**
 * The stages that decide, one method each. A call behaves as the host's: edits are kept until the plugin has given a
 * verdict that the stage admits, and an edit after that throws. What the plugin throws comes through, without edits.
 * A null or inadmissible verdict is an {@link AssertionError}. Runs on the test's thread, without a deadline.
 */
public final class Stages {

    private Stages() {}

    /** What a plugin does at a stage. */
    @FunctionalInterface
    private interface Work {
        Verdict run() throws Exception;
    }

    public static Result connect(Reception plugin, TestSession session) throws Exception {
        return call(Reception.class, "connect", false, List.of(session.edits), () -> plugin.connect(session));
    }

    public static Result tls(Reception plugin, TestSession session, TlsInfo tls) throws Exception {
        return call(Reception.class, "tls", false, List.of(session.edits), () -> plugin.tls(session, tls));
    }

    /** @param capabilities made with the same session */
    public static Result helo(Reception plugin, TestSession session, String name, TestCapabilities capabilities)
            throws Exception {
        session.helo(name);
        return call(
                Reception.class, "helo", false, List.of(session.edits), () -> plugin.helo(session, name, capabilities));
    }

    public static Result auth(Reception plugin, TestSession session, AuthResult result) throws Exception {
        return call(Reception.class, "auth", false, List.of(session.edits), () -> plugin.auth(session, result));
    }

    public static Result mail(Reception plugin, TestTransaction transaction) throws Exception {
        return call(
                Reception.class,
                "mail",
                false,
                List.of(transaction.session().edits),
                () -> plugin.mail(transaction, transaction.sender()));
    }

    public static Result rcpt(Reception plugin, TestTransaction transaction, String recipient) throws Exception {
        return rcpt(plugin, transaction, Recipient.of(recipient));
    }

    public static Result rcpt(Reception plugin, TestTransaction transaction, Recipient recipient) throws Exception {
        return call(
                Reception.class,
                "rcpt",
                false,
                List.of(transaction.session().edits),
                () -> plugin.rcpt(transaction, recipient));
    }

    public static Result data(Reception plugin, TestTransaction transaction) throws Exception {
        return call(
                Reception.class, "data", false, List.of(transaction.session().edits), () -> plugin.data(transaction));
    }

    public static Result headers(Reception plugin, TestTransaction transaction, TestMessage message) throws Exception {
        return call(
                Reception.class,
                "headers",
                false,
                List.of(transaction.session().edits, message.edits),
                () -> plugin.headers(transaction, message));
    }

    public static Result stream(Reception plugin, TestTransaction transaction, InputStream content) throws Exception {
        return call(
                Reception.class,
                "stream",
                false,
                List.of(transaction.session().edits),
                () -> plugin.stream(transaction, content));
    }

    public static Result message(Reception plugin, TestTransaction transaction, TestMessage message) throws Exception {
        return call(
                Reception.class,
                "message",
                false,
                List.of(transaction.session().edits, message.edits),
                () -> plugin.message(transaction, message));
    }

    public static Result place(Routing plugin, TestMessage message, TestPlacement placement, Cause cause)
            throws Exception {
        return call(
                Routing.class,
                "place",
                false,
                List.of(message.edits, placement.edits),
                () -> plugin.place(message, placement, cause));
    }

    public static Result seal(Routing plugin, TestMessage message) throws Exception {
        return call(Routing.class, "seal", false, List.of(message.edits), () -> plugin.seal(message));
    }

    public static Result ready(Delivery plugin, TestAttempt attempt) throws Exception {
        return call(Delivery.class, "ready", true, List.of(attempt.message().edits), () -> plugin.ready(attempt));
    }

    public static Result envelope(Delivery plugin, TestAttempt attempt) throws Exception {
        return call(
                Delivery.class,
                "envelope",
                false,
                List.of(attempt.message().edits),
                () -> plugin.envelope(attempt, attempt.message()));
    }

    public static Result content(Delivery plugin, TestAttempt attempt) throws Exception {
        return call(
                Delivery.class,
                "content",
                false,
                List.of(attempt.message().edits),
                () -> plugin.content(attempt, attempt.message()));
    }

    public static Result response(Delivery plugin, TestAttempt attempt, Recipient recipient, String reply)
            throws Exception {
        return call(
                Delivery.class,
                "response",
                true,
                List.of(attempt.message().edits),
                () -> plugin.response(attempt, recipient, Reply.parse(reply)));
    }

    public static Result retry(Delivery plugin, TestAttempt attempt, Recipient recipient, String reply, Instant next)
            throws Exception {
        return call(
                Delivery.class,
                "retry",
                true,
                List.of(attempt.message().edits),
                () -> plugin.retry(attempt, recipient, Reply.parse(reply), next));
    }

    public static Result bounce(Delivery plugin, Notice notice) throws Exception {
        List<Edits> edits = notice.message() instanceof TestMessage message ? List.of(message.edits) : List.of();
        return call(Delivery.class, "bounce", true, edits, () -> plugin.bounce(notice));
    }

    private static Result call(Class<?> point, String stage, boolean onlyReads, List<Edits> places, Work work)
            throws Exception {
        var call = new TestCall();
        places.forEach(edits -> edits.begin(call, onlyReads));
        Verdict verdict;
        try {
            verdict = work.run();
        } catch (Exception | Error e) {
            call.end(false);
            places.forEach(Edits::end);
            throw e;
        }
        places.forEach(Edits::end);
        if (verdict == null || !admitted(point, stage).contains(verdict.kind())) {
            call.end(false);
            throw new AssertionError(point.getSimpleName() + "." + stage + " does not admit " + verdict);
        }
        return new Result(verdict, call.end(true));
    }

    private static List<Verdict.Kind> admitted(Class<?> point, String stage) {
        for (Method method : point.getMethods()) {
            if (method.getName().equals(stage) && method.isAnnotationPresent(Hook.class)) {
                return Arrays.asList(method.getAnnotation(Hook.class).admits());
            }
        }
        throw new AssertionError("no stage " + stage + " in " + point);
    }
}
