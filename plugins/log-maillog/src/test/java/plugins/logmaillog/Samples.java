package plugins.logmaillog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Rejection;

/** Records as a node emits them. */
final class Samples {

    static final Instant TIME = Instant.parse("2026-11-04T08:09:10.123456Z");

    private Samples() {}

    static Leg leg(String transport, String peer) {
        return new Leg("default", "", "dest.example", transport, "mx.dest.example", "default", peer);
    }

    static Reception received(String id, String sender, long bytes, String... recipients) {
        return new Reception(
                TIME,
                id,
                "mx",
                "ESMTPS",
                "192.0.2.1",
                Optional.empty(),
                sender,
                List.of(recipients),
                bytes,
                "default",
                "",
                Optional.of("<1@origin.example>"),
                Optional.empty());
    }

    /** Of a client whose name is known. */
    static Reception named(String id) {
        return new Reception(
                TIME,
                id,
                "mx",
                "ESMTPS",
                "192.0.2.1",
                Optional.of("mail.origin.example"),
                Optional.empty(),
                "a@origin.example",
                List.of("b@dest.example"),
                1234,
                "default",
                "",
                Optional.of("<1@origin.example>"),
                Optional.empty());
    }

    /** Of a plugin, or, with the null sender, of the one that writes notices. */
    static Reception injected(String id, String sender) {
        return new Reception(
                TIME,
                id,
                "dsn",
                "",
                "",
                Optional.empty(),
                sender,
                List.of("a@origin.example"),
                700,
                "default",
                "",
                Optional.empty(),
                Optional.empty());
    }

    static Reception held(String id) {
        return new Reception(
                TIME,
                id,
                "submission",
                "ESMTPSA",
                "2001:db8::1",
                Optional.of("ann"),
                "a@origin.example",
                List.of("b@dest.example"),
                900,
                "default",
                "",
                Optional.empty(),
                Optional.of("a virus, perhaps"));
    }

    static Delivered delivered(String id, String recipient) {
        return new Delivered(
                TIME,
                id,
                "a@origin.example",
                recipient,
                leg("smtp", "mx.dest.example[198.51.100.7]:25"),
                1,
                Reply.parse("250 2.0.0 Ok: queued as 4F1"),
                Duration.ofMillis(1230));
    }

    static Deferred deferred(String id, String recipient) {
        return new Deferred(
                TIME,
                id,
                "a@origin.example",
                recipient,
                leg("smtp", "mx.dest.example[198.51.100.7]:25"),
                2,
                Reply.parse("452 4.2.2 Mailbox full"),
                Duration.ofSeconds(75),
                TIME.plusSeconds(300));
    }

    static Bounced bounced(String id, String recipient) {
        return new Bounced(
                TIME,
                id,
                "a@origin.example",
                recipient,
                leg("lmtp", ""),
                1,
                Reply.parse("550 User unknown"),
                Duration.ofMillis(40),
                "refused");
    }

    static Rejection rejected(String stage, String recipient, String reply) {
        return new Rejection(
                TIME,
                "s1",
                "mx",
                "203.0.113.9",
                Optional.empty(),
                stage,
                "spam@bulk.example",
                recipient,
                Reply.parse(reply),
                Optional.of("relay-control"),
                "");
    }

    static Authentication login(boolean success) {
        return new Authentication(TIME, "s1", "submission", "203.0.113.9", "PLAIN", "root", success);
    }

    static Connection session(String end) {
        return new Connection(TIME, "in", "mx", "192.0.2.1:4711", "TLSv1.3 X", 1, Duration.ofSeconds(2), end, "");
    }

    static Connection unreachable() {
        return new Connection(
                TIME,
                "out",
                "smtp:mx.dest.example via default",
                "mx.dest.example[198.51.100.7]:25",
                "",
                0,
                Duration.ofSeconds(1),
                "failed",
                "Connection refused");
    }

    static LogRecord failure() {
        return new PluginFailure(
                TIME, "scan", "clamav", "Reception", "message", "late", "tempfail", Duration.ofSeconds(5), "no answer");
    }
}
