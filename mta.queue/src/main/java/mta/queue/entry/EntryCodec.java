package mta.queue.entry;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.core.intake.StoredMessage;
import mta.core.intake.StoredMessage.Placed;
import mta.plugins.api.Address;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Intake;

/**
 * An {@link Entry} as bytes: an octet that says the format, then fields. A field that is not there has its default, so
 * this version reads what older ones wrote; a field that this version does not know is kept and written again, so
 * that going back to an older version for a while loses nothing. The format octet changes only if that would not hold.
 *
 * <p>Tags are never used for something else.
 */
public final class EntryCodec {

    private static final int FORMAT = 1;

    // What the index needs comes first.
    private static final int ARRIVAL = 1;
    private static final int BYTES = 2;
    private static final int DESTINATION = 3;
    private static final int DUE = 4;
    private static final int ATTEMPTS = 5;
    private static final int PRIORITY = 6;
    private static final int HOLD = 7;
    private static final int DELAY_TOLD = 8;
    private static final int PLACED = 9;
    private static final int SENDER = 10;
    private static final int MAILBOX = 11;
    private static final int ORIGIN = 12;
    private static final int LAST_ATTEMPT = 13;
    private static final int PEER = 14;
    private static final int NOTES = 15;

    private EntryCodec() {}

    // -- writing ------------------------------------------------------------------------------------------------------

    public static byte[] encode(Entry entry) {
        StoredMessage message = entry.message();
        Progress progress = entry.progress();
        var out = new Writer();
        out.octet(FORMAT);
        out.number(ARRIVAL, message.arrival().toEpochMilli());
        out.number(BYTES, message.bytes());
        out.text(DESTINATION, entry.destination());
        out.number(DUE, progress.due().toEpochMilli());
        out.number(ATTEMPTS, progress.attempts());
        out.number(PRIORITY, progress.priority());
        progress.hold().ifPresent(reason -> out.text(HOLD, reason));
        out.flag(DELAY_TOLD, progress.delayTold());
        placed(out, message.placed());
        sender(out, message.envelope().sender());
        for (Mailbox mailbox : entry.mailboxes()) {
            mailbox(out, mailbox);
        }
        origin(out, message.origin());
        progress.lastAttempt().ifPresent(when -> out.number(LAST_ATTEMPT, when.toEpochMilli()));
        text(out, PEER, progress.peer());
        if (!message.notes().isEmpty()) {
            int start = out.begin(NOTES);
            Json.write(out, message.notes());
            out.end(start);
        }
        out.raw(entry.unknown());
        return out.toByteArray();
    }

    private static void text(Writer out, int tag, String value) {
        if (!value.isEmpty()) {
            out.text(tag, value);
        }
    }

    private static void placed(Writer out, Placed placed) {
        int start = out.begin(PLACED);
        out.text(1, placed.tenant());
        text(out, 2, placed.campaign());
        out.number(3, placed.priority());
        placed.notBefore().ifPresent(when -> out.number(4, when.toEpochMilli()));
        placed.expires().ifPresent(when -> out.number(5, when.toEpochMilli()));
        placed.transport().ifPresent(name -> out.text(6, name));
        placed.pool().ifPresent(name -> out.text(7, name));
        placed.route().ifPresent(route -> out.text(8, route));
        out.end(start);
    }

    private static void sender(Writer out, Sender sender) {
        int start = out.begin(SENDER);
        text(out, 1, sender.address().localPart());
        text(out, 2, sender.address().domain());
        out.number(3, sender.body().ordinal());
        sender.size().ifPresent(size -> out.number(4, size));
        out.flag(5, sender.smtpUtf8());
        out.flag(6, sender.requireTls());
        out.number(7, sender.ret().ordinal());
        sender.envid().ifPresent(envid -> out.text(8, envid));
        sender.auth().ifPresent(auth -> out.text(9, auth));
        sender.priority().ifPresent(priority -> out.number(10, priority + 9));
        parameters(out, 11, sender.parameters());
        out.end(start);
    }

    private static void mailbox(Writer out, Mailbox mailbox) {
        Recipient recipient = mailbox.recipient();
        int start = out.begin(MAILBOX);
        text(out, 1, recipient.address().localPart());
        text(out, 2, recipient.address().domain());
        int wishes = 0;
        for (Notify wish : recipient.notifyOn()) {
            wishes |= 1 << wish.ordinal();
        }
        if (wishes != 0) {
            out.number(3, wishes);
        }
        recipient.orcpt().ifPresent(orcpt -> out.text(4, orcpt));
        parameters(out, 5, recipient.parameters());
        mailbox.last().ifPresent(reply -> reply(out, 6, reply));
        mailbox.owed().ifPresent(fate -> fate(out, fate));
        out.end(start);
    }

    private static void fate(Writer out, Fate fate) {
        int start = out.begin(7);
        switch (fate) {
            case Fate.Delivered delivered -> {
                out.number(1, 1);
                out.flag(3, delivered.relayedWithDsn());
            }
            case Fate.Bounced _ -> out.number(1, 2);
            case Fate.Expired _ -> out.number(1, 3);
            case Fate.Removed removed -> {
                out.number(1, 4);
                out.flag(3, removed.tellSender());
            }
        }
        reply(out, 2, fate.reply());
        out.end(start);
    }

    private static void reply(Writer out, int tag, Reply reply) {
        int start = out.begin(tag);
        out.number(1, reply.code());
        EnhancedCode enhanced = reply.enhanced();
        if (!enhanced.isNone()) {
            out.number(2, (enhanced.status() * 1000L + enhanced.subject()) * 1000 + enhanced.detail());
        }
        for (String line : reply.lines()) {
            out.text(3, line);
        }
        out.end(start);
    }

    private static void parameters(Writer out, int tag, Map<String, String> parameters) {
        parameters.forEach((keyword, value) -> {
            int start = out.begin(tag);
            out.text(1, keyword);
            out.text(2, value);
            out.end(start);
        });
    }

    private static void origin(Writer out, Intake.Origin origin) {
        int start = out.begin(ORIGIN);
        out.number(1, origin.cause().ordinal());
        text(out, 2, origin.listener());
        text(out, 3, origin.protocol());
        text(out, 4, origin.client());
        origin.user().ifPresent(user -> out.text(5, user));
        out.end(start);
    }

    // -- reading ------------------------------------------------------------------------------------------------------

    /** @throws BadEntry if it is none */
    public static Entry decode(long message, int number, byte[] octets) {
        return decode(message, number, ByteBuffer.wrap(octets));
    }

    /** @throws BadEntry if it is none */
    public static Entry decode(long message, int number, ByteBuffer octets) {
        Reader in = open(octets);
        Instant arrival = Instant.EPOCH;
        Instant due = Instant.EPOCH;
        long bytes = 0;
        String destination = "";
        int attempts = 0;
        int priority = 5;
        Optional<String> hold = Optional.empty();
        boolean delayTold = false;
        Placed placed = Placed.DEFAULT;
        Sender sender = Sender.of(Address.NULL);
        List<Mailbox> mailboxes = new ArrayList<>(1);
        Intake.Origin origin = Intake.Origin.plugin("");
        Optional<Instant> lastAttempt = Optional.empty();
        String peer = "";
        Map<String, Map<String, Object>> notes = Map.of();
        var unknown = new Writer();
        while (in.next()) {
            switch (in.tag()) {
                case ARRIVAL -> arrival = in.time();
                case BYTES -> bytes = in.number();
                case DESTINATION -> destination = in.text();
                case DUE -> due = in.time();
                case ATTEMPTS -> attempts = in.small();
                case PRIORITY -> priority = in.small();
                case HOLD -> hold = Optional.of(in.text());
                case DELAY_TOLD -> delayTold = in.flag();
                case PLACED -> placed = placed(in.fields());
                case SENDER -> sender = sender(in.fields());
                case MAILBOX -> mailboxes.add(mailbox(in.fields()));
                case ORIGIN -> origin = origin(in.fields());
                case LAST_ATTEMPT -> lastAttempt = Optional.of(in.time());
                case PEER -> peer = in.text();
                case NOTES -> notes = Json.read(in.fields());
                default -> unknown.raw(in.whole());
            }
        }
        List<Recipient> recipients = mailboxes.stream().map(Mailbox::recipient).toList();
        var stored = new StoredMessage(
                message, arrival, origin, new Envelope(sender, recipients), placed, bytes, hold, notes);
        var progress = new Progress(attempts, due, lastAttempt, peer, delayTold, hold, priority);
        return new Entry(stored, number, destination, mailboxes, progress, unknown.toByteArray());
    }

    /** Reads only what the index needs. */
    public static Outline outline(ByteBuffer octets) {
        Reader in = open(octets);
        long arrival = 0;
        long due = 0;
        long bytes = 0;
        String destination = "";
        int attempts = 0;
        int priority = 5;
        boolean held = false;
        boolean delayTold = false;
        Placed placed = Placed.DEFAULT;
        String senderDomain = "";
        int recipients = 0;
        boolean owes = false;
        while (in.next()) {
            switch (in.tag()) {
                case ARRIVAL -> arrival = in.number();
                case BYTES -> bytes = in.number();
                case DESTINATION -> destination = in.text();
                case DUE -> due = in.number();
                case ATTEMPTS -> attempts = in.small();
                case PRIORITY -> priority = in.small();
                case HOLD -> held = true;
                case DELAY_TOLD -> delayTold = in.flag();
                case PLACED -> placed = placed(in.fields());
                case SENDER -> senderDomain = find(in.fields(), 2);
                case MAILBOX -> {
                    recipients++;
                    owes |= has(in.fields(), 7);
                }
                default -> {}
            }
        }
        return new Outline(
                placed.tenant(),
                placed.campaign(),
                destination,
                placed.transport(),
                placed.pool(),
                senderDomain,
                recipients,
                priority,
                attempts,
                arrival,
                due,
                placed.expires().map(Instant::toEpochMilli).orElse(0L),
                bytes,
                held,
                delayTold,
                owes);
    }

    private static Reader open(ByteBuffer octets) {
        if (!octets.hasRemaining()) {
            throw new BadEntry("empty");
        }
        int format = octets.get(octets.position());
        if (format != FORMAT) {
            throw new BadEntry("format " + format + ", this version reads format " + FORMAT);
        }
        return new Reader(octets, octets.position() + 1, octets.limit());
    }

    private static String find(Reader in, int tag) {
        while (in.next()) {
            if (in.tag() == tag) {
                return in.text();
            }
        }
        return "";
    }

    private static boolean has(Reader in, int tag) {
        while (in.next()) {
            if (in.tag() == tag) {
                return true;
            }
        }
        return false;
    }

    private static Placed placed(Reader in) {
        String tenant = Placed.DEFAULT.tenant();
        String campaign = "";
        int priority = Placed.DEFAULT.priority();
        Optional<Instant> notBefore = Optional.empty();
        Optional<Instant> expires = Optional.empty();
        Optional<String> transport = Optional.empty();
        Optional<String> pool = Optional.empty();
        Optional<String> route = Optional.empty();
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> tenant = in.text();
                case 2 -> campaign = in.text();
                case 3 -> priority = in.small();
                case 4 -> notBefore = Optional.of(in.time());
                case 5 -> expires = Optional.of(in.time());
                case 6 -> transport = Optional.of(in.text());
                case 7 -> pool = Optional.of(in.text());
                case 8 -> route = Optional.of(in.text());
                default -> {}
            }
        }
        return new Placed(tenant, campaign, priority, notBefore, expires, transport, pool, route);
    }

    private static Sender sender(Reader in) {
        String local = "";
        String domain = "";
        BodyType body = BodyType.SEVEN_BIT;
        OptionalLong size = OptionalLong.empty();
        boolean smtpUtf8 = false;
        boolean requireTls = false;
        Sender.Ret ret = Sender.Ret.UNSPECIFIED;
        Optional<String> envid = Optional.empty();
        Optional<String> auth = Optional.empty();
        OptionalInt priority = OptionalInt.empty();
        Map<String, String> parameters = Map.of();
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> local = in.text();
                case 2 -> domain = in.text();
                case 3 -> body = BodyType.values()[in.small()];
                case 4 -> size = OptionalLong.of(in.number());
                case 5 -> smtpUtf8 = in.flag();
                case 6 -> requireTls = in.flag();
                case 7 -> ret = Sender.Ret.values()[in.small()];
                case 8 -> envid = Optional.of(in.text());
                case 9 -> auth = Optional.of(in.text());
                case 10 -> priority = OptionalInt.of(in.small() - 9);
                case 11 -> parameters = parameter(parameters, in.fields());
                default -> {}
            }
        }
        return new Sender(
                new Address(local, domain), body, size, smtpUtf8, requireTls, ret, envid, auth, priority, parameters);
    }

    private static Mailbox mailbox(Reader in) {
        String local = "";
        String domain = "";
        Set<Notify> wishes = Set.of();
        Optional<String> orcpt = Optional.empty();
        Map<String, String> parameters = Map.of();
        Optional<Reply> last = Optional.empty();
        Optional<Fate> owed = Optional.empty();
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> local = in.text();
                case 2 -> domain = in.text();
                case 3 -> wishes = wishes(in.small());
                case 4 -> orcpt = Optional.of(in.text());
                case 5 -> parameters = parameter(parameters, in.fields());
                case 6 -> last = Optional.of(reply(in.fields()));
                case 7 -> owed = Optional.of(fate(in.fields()));
                default -> {}
            }
        }
        return new Mailbox(new Recipient(new Address(local, domain), wishes, orcpt, parameters), last, owed);
    }

    private static Set<Notify> wishes(int bits) {
        Set<Notify> wishes = EnumSet.noneOf(Notify.class);
        for (Notify wish : Notify.values()) {
            if ((bits & 1 << wish.ordinal()) != 0) {
                wishes.add(wish);
            }
        }
        return wishes;
    }

    private static Fate fate(Reader in) {
        int kind = 0;
        boolean flag = false;
        Reply reply = Reply.of(451, "");
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> kind = in.small();
                case 2 -> reply = reply(in.fields());
                case 3 -> flag = in.flag();
                default -> {}
            }
        }
        return switch (kind) {
            case 1 -> new Fate.Delivered(reply, flag);
            case 2 -> new Fate.Bounced(reply);
            case 3 -> new Fate.Expired(reply);
            case 4 -> new Fate.Removed(reply, flag);
            default -> throw new BadEntry("fate " + kind);
        };
    }

    private static Reply reply(Reader in) {
        int code = 451;
        EnhancedCode enhanced = EnhancedCode.NONE;
        List<String> lines = new ArrayList<>(1);
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> code = in.small();
                case 2 ->
                    enhanced = new EnhancedCode(in.small() / 1_000_000, in.small() / 1000 % 1000, in.small() % 1000);
                case 3 -> lines.add(in.text());
                default -> {}
            }
        }
        return new Reply(code, enhanced, lines);
    }

    private static Map<String, String> parameter(Map<String, String> sofar, Reader in) {
        Map<String, String> more = new LinkedHashMap<>(sofar);
        String keyword = "";
        String value = "";
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> keyword = in.text();
                case 2 -> value = in.text();
                default -> {}
            }
        }
        more.put(keyword, value);
        return more;
    }

    private static Intake.Origin origin(Reader in) {
        Cause cause = Cause.INJECTED;
        String listener = "";
        String protocol = "";
        String client = "";
        Optional<String> user = Optional.empty();
        while (in.next()) {
            switch (in.tag()) {
                case 1 -> cause = Cause.values()[in.small()];
                case 2 -> listener = in.text();
                case 3 -> protocol = in.text();
                case 4 -> client = in.text();
                case 5 -> user = Optional.of(in.text());
                default -> {}
            }
        }
        return new Intake.Origin(cause, listener, protocol, client, user);
    }
}
