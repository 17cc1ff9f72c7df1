package plugins.logmaillog;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.Reply;
import mta.plugins.api.log.LogRecord;

/**
 * Writes a record as Postfix's daemons would have logged it; a kind that has no counterpart gives no line. The forms are
 * those that pflogsumm (Debian's 1.1.5), fail2ban's filter "postfix" and the eye expect. Thread-safe.
 *
 * <p>The number in brackets is Postfix's process; here it only keeps the two lines of a connection together.
 */
final class PostfixLines {

    private static final DateTimeFormatter TRADITIONAL = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    /** Plugins that fail are no fault of the client: such lines are for the operator. */
    private static final Set<String> WARNED = Set.of("PluginFailure");

    private final String host;
    private final ZoneId zone;
    private final DateTimeFormatter time;
    private final String daemon = Long.toString(ProcessHandle.current().pid());
    private final AtomicInteger session = new AtomicInteger();

    /** @param iso whether times are those of RFC 3339, not the traditional ones of syslog (RFC 3164) */
    PostfixLines(String host, ZoneId zone, boolean iso) {
        this.host = host;
        this.zone = zone;
        this.time = iso ? ISO : TRADITIONAL;
    }

    /** None, one, or several, each with its line end. */
    String of(LogRecord record) {
        var lines = new StringBuilder();
        var values = Values.of(record);
        switch (record.kind()) {
            case "Reception" -> reception(lines, record.time(), values);
            case "Delivered" -> attempt(lines, record.time(), values, "sent");
            case "Deferred" -> attempt(lines, record.time(), values, "deferred");
            case "Bounced" -> attempt(lines, record.time(), values, "bounced");
            case "Rejection" -> rejection(lines, record.time(), values);
            case "Authentication" -> authentication(lines, record.time(), values);
            case "Connection" -> connection(lines, record.time(), values);
            default -> {
                if (WARNED.contains(record.kind())) {
                    line(lines, record.time(), "master", daemon, "warning: " + failure(values));
                }
            }
        }
        return lines.toString();
    }

    private void line(StringBuilder lines, Instant when, String program, String pid, String text) {
        lines.append(time.format(when.atZone(zone)))
                .append(' ')
                .append(host)
                .append(" postfix/")
                .append(program)
                .append('[')
                .append(pid)
                .append("]: ")
                .append(text)
                .append('\n');
    }

    // -- in -----------------------------------------------------------------------------------------------------------

    private void reception(StringBuilder lines, Instant when, Values values) {
        String id = values.text("id");
        String sender = values.address("sender");
        String client = client(values);
        if (!values.text("protocol").isEmpty()) {
            String user = values.text("user");
            String login = user.isEmpty() ? "" : ", sasl_method=PLAIN, sasl_username=" + user;
            line(lines, when, "smtpd", daemon, id + ": client=" + client + login);
        } else if (!sender.isEmpty()) {
            line(lines, when, "pickup", daemon, id + ": uid=0 from=<" + sender + ">");
        } // else a notification: Postfix's bounce daemon hands it in without a line of this kind
        String held = values.text("held");
        if (!held.isEmpty()) {
            line(
                    lines,
                    when,
                    "smtpd",
                    daemon,
                    id + ": hold: END-OF-MESSAGE from " + client + ": " + held + "; from=<" + sender + "> to=<> proto="
                            + values.text("protocol") + " helo=<>");
        }
        line(lines, when, "cleanup", daemon, id + ": message-id=" + values.text("messageId"));
        line(
                lines,
                when,
                "qmgr",
                daemon,
                id + ": from=<" + sender + ">, size=" + values.number("bytes") + ", nrcpt=" + values.count("recipients")
                        + (held.isEmpty() ? " (queue active)" : " (queue hold)"));
    }

    /** {@code reject: RCPT from unknown[192.0.2.1]: 550 5.7.1 <b@d.example>: text; from=<> to=<> proto=ESMTP helo=<>} */
    private void rejection(StringBuilder lines, Instant when, Values values) {
        Reply reply = values.reply();
        String stage = stage(values.text("stage"));
        String recipient = values.address("recipient");
        String about = stage.equals("RCPT") ? "<" + recipient + ">: Recipient address rejected: " : "";
        String code = reply.enhanced().isNone() ? "" : reply.enhanced() + " ";
        line(
                lines,
                when,
                "smtpd",
                daemon,
                "NOQUEUE: reject: " + stage + " from " + client(values) + ": " + reply.code() + " "
                        + code
                        + about + reply.text() + "; from=<" + values.address("sender") + "> to=<" + recipient
                        + "> proto=" + protocol(values) + " helo=<" + values.address("helo") + ">");
    }

    /** Postfix knows two words; what else there is to it (TLS, login) stands elsewhere. */
    private static String protocol(Values values) {
        return values.text("protocol").equals("SMTP") ? "SMTP" : "ESMTP";
    }

    private static String stage(String stage) {
        return switch (stage) {
            case "message", "perRecipient", "stream", "headers", "split", "place", "seal" -> "END-OF-MESSAGE";
            case "helo" -> "EHLO";
            default -> stage.toUpperCase(Locale.ROOT);
        };
    }

    /** A client without a confirmed name, or whose name nobody has asked for, is unknown, as for Postfix. */
    private static String client(Values values, String address) {
        String name = values.text("clientName");
        return (name.isEmpty() ? "unknown" : name) + "[" + (address.isEmpty() ? "unknown" : address) + "]";
    }

    private static String client(Values values) {
        return client(values, values.text("client"));
    }

    private void authentication(StringBuilder lines, Instant when, Values values) {
        if (!values.flag("success")) {
            line(
                    lines,
                    when,
                    "smtpd",
                    daemon,
                    "warning: " + client(values) + ": SASL " + values.text("mechanism")
                            + " authentication failed: sasl_username=" + values.text("user"));
        }
    }

    private void connection(StringBuilder lines, Instant when, Values values) {
        String peer = values.text("peer");
        String end = values.text("end");
        if (values.text("direction").equals("in")) {
            String pid = Integer.toString(session.updateAndGet(last -> last % 4_000_000 + 1));
            Duration lasted = values.duration("lasted");
            String client = client(values, withoutPort(peer));
            line(lines, when.minus(lasted), "smtpd", pid, "connect from " + client);
            if (!end.equals("quit")) {
                String how = end + (values.text("detail").isEmpty() ? "" : ", " + values.text("detail"));
                line(lines, when, "smtpd", pid, "lost connection (" + how + ") from " + client);
            }
            line(lines, when, "smtpd", pid, "disconnect from " + client);
        } else if (end.equals("failed") || end.equals("refused")) {
            line(lines, when, "smtp", daemon, "connect to " + peer + ": " + values.text("detail"));
        }
    }

    private static String withoutPort(String peer) {
        int colon = peer.lastIndexOf(':');
        String address = colon < 0 ? peer : peer.substring(0, colon);
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }

    // -- out ----------------------------------------------------------------------------------------------------------

    private void attempt(StringBuilder lines, Instant when, Values values, String status) {
        Reply reply = values.reply();
        String peer = values.text("peer");
        String delay = seconds(values.duration("age"));
        String dsn = reply.enhanced().isNone()
                ? reply.code() / 100 + ".0.0"
                : reply.enhanced().toString();
        boolean said = !status.equals("sent") && !peer.isEmpty();
        String text = said ? "host " + host(peer) + " said: " + reply : reply.toString();
        line(
                lines,
                when,
                program(values.text("transport")),
                daemon,
                values.text("id") + ": to=<" + values.address("recipient") + ">, relay="
                        + (peer.isEmpty() ? "none" : peer.replace(',', '?')) + ", delay=" + delay + ", delays=" + delay
                        + "/0/0/0, dsn=" + dsn + ", status=" + status + " (" + text + ")");
    }

    /** {@code mx.example[192.0.2.1]:25} without the port. */
    private static String host(String peer) {
        int bracket = peer.lastIndexOf("]:");
        return bracket < 0 ? peer : peer.substring(0, bracket + 1);
    }

    private static String program(String transport) {
        return transport.isEmpty() ? "smtp" : transport.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    /** As Postfix: two digits that mean something, and no more than the clock gives. */
    private static String seconds(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        return seconds < 10
                ? String.format(Locale.ROOT, "%.2f", seconds).replaceFirst("\\.?0+$", "")
                : Long.toString(Math.round(seconds));
    }

    private static String failure(Values values) {
        return "plugin " + values.text("plugin") + " (" + values.text("point") + "." + values.text("stage") + ") "
                + values.text("failure") + ", " + values.text("action") + ": " + values.text("detail");
    }
}
