package plugins.dsn;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import mta.plugins.api.Address;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;

/**
 * Writes one notification: a multipart/report (RFC 6522) of a text for people, a delivery-status (RFC 3464, RFC 6533)
 * for programs, and what is returned of the message. For one thread.
 *
 * @param utf8 whether it may hold UTF-8 outside its text (SMTPUTF8); otherwise all but what is returned is ASCII
 */
record NoticeWriter(String host, String from, Texts texts, Address to, Notice notice, boolean utf8, Instant now) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /** Longest text of a far side's reply that is repeated. */
    private static final int LONGEST_REPLY = 1_000;

    /** What is given back: the message as a whole, or its header section. */
    record Returned(Content content, boolean full, boolean eightBit) {}

    Returned returned(boolean fullByDefault, long limit) throws IOException {
        Sender sender = notice.message().envelope().sender();
        boolean asked = switch (sender.ret()) {
            case FULL -> true;
            case HDRS -> false;
            case UNSPECIFIED -> fullByDefault;
        };
        Content content = notice.message().content();
        // RFC 3461 section 4.3: RET=FULL is for failures. RFC 8689 section 5: no content of what needs TLS all the way
        boolean full = asked
                && notice.kind() == Notify.FAILURE
                && !sender.requireTls()
                && sender.body() != BodyType.BINARY_MIME
                && content.size() <= limit;
        Content given = full ? content : headerSection(limit);
        return new Returned(given, full, eightBit(given));
    }

    private Content headerSection(long limit) {
        var out = new ByteArrayOutputStream();
        for (Header field : notice.message().headers().all()) {
            byte[] octets = latin1(field.name() + ":" + field.raw() + "\r\n");
            if (out.size() + octets.length > limit) {
                break; // whole fields only, or what is left would not parse
            }
            out.writeBytes(octets);
        }
        return Content.of(out.toByteArray());
    }

    private static boolean eightBit(Content content) throws IOException {
        try (InputStream in = content.open()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] < 0) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    void write(String id, Returned returned, OutputStream raw) throws IOException {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        String boundary = "=_" + HexFormat.of().formatHex(random); // "=_" occurs in no quoted-printable or base64
        var out = new BufferedOutputStream(raw, 1 << 14);
        out.write(utf8(head(id, boundary)));
        out.write(utf8("--" + boundary + "\r\n"));
        out.write(utf8(textPart()));
        out.write(utf8("\r\n--" + boundary + "\r\n"));
        out.write(utf8(statusPart()));
        out.write(utf8("\r\n--" + boundary + "\r\n"));
        out.write(utf8(returnedHead(returned)));
        returned.content.writeTo(out);
        out.write(utf8("\r\n--" + boundary + "--\r\n"));
        out.flush();
    }

    private String head(String id, String boundary) {
        var out = new StringBuilder();
        out.append("From: Mail Delivery System <").append(from).append(">\r\n");
        out.append("To: <").append(to).append(">\r\n");
        out.append("Subject: ").append(subject()).append("\r\n");
        out.append("Date: ").append(DATE.format(now)).append("\r\n");
        out.append("Message-ID: <").append(id).append("@").append(host).append(">\r\n");
        notice.message()
                .headers()
                .first("Message-ID")
                .filter(value -> value.matches("<[!-;=?-~]{1,900}>"))
                .ifPresent(value -> out.append("In-Reply-To: ")
                        .append(value)
                        .append("\r\n")
                        .append("References: ")
                        .append(value)
                        .append("\r\n"));
        out.append("Auto-Submitted: auto-replied\r\n"); // RFC 3834 section 5
        out.append("MIME-Version: 1.0\r\n");
        out.append("Content-Type: multipart/report; report-type=")
                .append(prefix())
                .append("delivery-status;\r\n");
        out.append("\tboundary=\"").append(boundary).append("\"\r\n\r\n");
        return out.append("This is a delivery status notification in MIME format.\r\n\r\n")
                .toString();
    }

    private String prefix() {
        return utf8 ? "global-" : ""; // RFC 6533 section 3
    }

    private String subject() {
        String subject = texts.subject(notice.kind());
        return Dsn.isAscii(subject) || utf8 ? subject : EncodedWords.encode(subject);
    }

    private String textPart() {
        String text = texts.text(
                notice.kind(),
                values(),
                notice.recipients().stream().map(this::values).toList());
        boolean plain = Dsn.isAscii(text) && text.lines().allMatch(line -> line.length() < 990);
        String encoding = plain ? "7bit" : "quoted-printable";
        String body = plain ? text.replace("\n", "\r\n") : QuotedPrintable.encode(text);
        return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body;
    }

    private Map<String, String> values() {
        Message message = notice.message();
        var values = new HashMap<String, String>();
        values.put("host", host);
        values.put("id", message.id());
        values.put("sender", visible(message.envelope().sender().address().toString()));
        values.put(
                "subject",
                visible(message.headers()
                        .first("Subject")
                        .map(EncodedWords::decode)
                        .orElse("")));
        values.put("arrival", DATE.format(message.arrival()));
        values.put(
                "until",
                notice.recipients().stream()
                        .flatMap(report -> report.retryUntil().stream())
                        .max(Instant::compareTo)
                        .map(DATE::format)
                        .orElse(""));
        values.put("age", age(Duration.between(message.arrival(), now)));
        return values;
    }

    private Map<String, String> values(Notice.Report report) {
        EnhancedCode status = status(report.fate());
        Texts.Reason reason = texts.reason(status);
        var values = new HashMap<>(values());
        values.put("recipient", visible(report.recipient().address().toString()));
        values.put("status", status.toString());
        values.put("reply", visible(shorten(report.fate().reply().toString())));
        values.put("peer", visible(report.peer().orElse("")));
        values.put("reason", reason.what());
        values.put("advice", reason.advice());
        return values;
    }

    private static String age(Duration age) {
        return age.toHours() < 48 ? Math.max(1, age.toHours()) + " h" : age.toDays() + " days";
    }

    private String statusPart() {
        var out = new StringBuilder("Content-Type: message/" + prefix() + "delivery-status\r\n");
        if (utf8) {
            out.append("Content-Transfer-Encoding: 8bit\r\n");
        }
        out.append("\r\n");
        Message message = notice.message();
        message.envelope().sender().envid().ifPresent(envid -> field(out, "Original-Envelope-Id", envid));
        field(out, "Reporting-MTA", "dns; " + host);
        field(out, "Arrival-Date", DATE.format(message.arrival()));
        for (Notice.Report report : notice.recipients()) {
            out.append("\r\n");
            recipientFields(out, report);
        }
        return out.toString();
    }

    /** RFC 3464 section 2.3. */
    private void recipientFields(StringBuilder out, Notice.Report report) {
        report.recipient().orcpt().ifPresent(orcpt -> field(out, "Original-Recipient", original(orcpt)));
        field(out, "Final-Recipient", typed(report.recipient().address().toString()));
        field(out, "Action", action(report));
        field(out, "Status", status(report.fate()).toString());
        report.peer()
                .map(NoticeWriter::hostOf)
                .filter(peer -> !peer.isEmpty())
                .ifPresent(peer -> field(out, "Remote-MTA", "dns; " + peer));
        // "smtp" is for what a far side said (RFC 3464 section 2.3.6)
        String type = report.peer().isPresent() ? "smtp" : "X-local";
        field(
                out,
                "Diagnostic-Code",
                type + "; " + shorten(report.fate().reply().toString()));
        report.lastAttempt().ifPresent(time -> field(out, "Last-Attempt-Date", DATE.format(time)));
        if (notice.kind() == Notify.DELAY) {
            report.retryUntil().ifPresent(time -> field(out, "Will-Retry-Until", DATE.format(time)));
        }
    }

    private String action(Notice.Report report) {
        return switch (notice.kind()) {
            case FAILURE, NEVER -> "failed";
            case DELAY -> "delayed";
            // a far side that gives no notices is "relayed", one's own mailbox "delivered" (RFC 3464 section 2.3.3)
            case SUCCESS -> report.peer().isPresent() ? "relayed" : "delivered";
        };
    }

    private EnhancedCode status(Fate fate) {
        return switch (fate) {
            case Fate.Delivered delivered -> codeOf(delivered.reply());
            case Fate.Bounced bounced -> codeOf(bounced.reply());
            case Fate.Removed removed -> codeOf(removed.reply());
            case Fate.Expired expired ->
                notice.kind() == Notify.DELAY
                        ? codeOf(expired.reply())
                        : new EnhancedCode(4, 4, 7); // delivery time expired
        };
    }

    private static EnhancedCode codeOf(Reply reply) {
        return reply.enhanced().isNone() ? new EnhancedCode(reply.code() / 100, 0, 0) : reply.enhanced();
    }

    /** {@code mx.example[192.0.2.1]:25} to {@code mx.example}, {@code [192.0.2.1]:25} to {@code [192.0.2.1]}. */
    private static String hostOf(String peer) {
        int open = peer.indexOf('[');
        int close = peer.indexOf(']');
        return open > 0 ? peer.substring(0, open) : close > 0 ? peer.substring(0, close + 1) : peer;
    }

    /** ORCPT is {@code type;address} already. */
    private String original(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        if (semicolon < 0) {
            return typed(orcpt);
        }
        String address = orcpt.substring(semicolon + 1).strip();
        return utf8 || Dsn.isAscii(address)
                ? orcpt.substring(0, semicolon) + "; " + address
                : "utf-8; " + utf8AddrXtext(address);
    }

    private String typed(String address) {
        if (Dsn.isAscii(address)) {
            return "rfc822; " + address;
        }
        return "utf-8; " + (utf8 ? address : utf8AddrXtext(address));
    }

    /** RFC 6533 section 3: how an address with UTF-8 is written where only ASCII may pass. */
    private static String utf8AddrXtext(String address) {
        var out = new StringBuilder();
        address.codePoints().forEach(c -> {
            if (c <= ' ' || c > '~' || c == '\\' || c == '+' || c == '=') {
                out.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                out.append((char) c);
            }
        });
        return out.toString();
    }

    /** A field of the delivery status, folded at spaces so that lines stay below 78 characters where they can. */
    private void field(StringBuilder out, String name, String value) {
        String one = visible(value).replaceAll(" +", " ").strip();
        String rest = name + ": " + (utf8 ? one : one.replaceAll("[^ -~]", "?"));
        int least = name.length() + 1;
        while (rest.length() > 77) {
            int space = rest.lastIndexOf(' ', 77);
            if (space <= least) {
                space = rest.indexOf(' ', 78);
            }
            if (space < 0) {
                break;
            }
            out.append(rest, 0, space).append("\r\n");
            rest = rest.substring(space); // with the space, which makes it a fold
            least = 0;
        }
        out.append(rest).append("\r\n");
    }

    private String returnedHead(Returned returned) {
        String type = returned.full
                ? (utf8 ? "message/global" : "message/rfc822")
                : (utf8 ? "message/global-headers" : "text/rfc822-headers");
        return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + (returned.eightBit ? "8bit" : "7bit")
                + "\r\n\r\n";
    }

    private static String shorten(String reply) {
        return reply.length() <= LONGEST_REPLY ? reply : reply.substring(0, LONGEST_REPLY) + " ...";
    }

    /** Strangers' text without control characters and half characters. */
    private static String visible(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean bad = Character.isISOControl(c)
                    || Character.getType(c) == Character.SURROGATE
                    || c == 0x2028
                    || c == 0x2029;
            out.appendCodePoint(bad ? ' ' : c);
        });
        return out.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }
}
