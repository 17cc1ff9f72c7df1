package mta.queue.entry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.core.intake.StoredMessage;
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
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    private static final Instant ARRIVAL = Instant.parse("2026-11-24T10:00:00.123Z");

    private static StoredMessage full() {
        var sender = new Sender(
                new Address("söm\u00e9", "origin.example"),
                BodyType.BINARY_MIME,
                OptionalLong.of(77),
                true,
                true,
                Sender.Ret.HDRS,
                Optional.of("env"),
                Optional.of("auth"),
                OptionalInt.of(-7),
                Map.of("XFOO", "bar"));
        var recipient = new Recipient(
                Address.of("r@one.example"),
                Set.of(Notify.SUCCESS, Notify.DELAY),
                Optional.of("rfc822;old@one.example"),
                Map.of("XBAR", ""));
        var placed = new StoredMessage.Placed(
                "acme",
                "spring",
                2,
                Optional.of(ARRIVAL.plusSeconds(5)),
                Optional.of(ARRIVAL.plusSeconds(500)),
                Optional.of("lmtp"),
                Optional.of("warm"),
                Optional.empty());
        Map<String, Map<String, Object>> notes = Map.of(
                "scan",
                Map.of(
                        "score",
                        1.5,
                        "n",
                        42L,
                        "ok",
                        true,
                        "list",
                        List.of("a", 1L, List.of()),
                        "map",
                        Map.of("k", "v")));
        return new StoredMessage(
                4711L << 20,
                ARRIVAL,
                new Intake.Origin(Cause.TRANSFER, "mx", "ESMTPS", "192.0.2.7", Optional.of("joe")),
                new Envelope(sender, List.of(recipient)),
                placed,
                12345,
                Optional.of("quarantine"),
                notes);
    }

    private static Entry copy(Entry entry) {
        return EntryCodec.decode(entry.message().id(), entry.number(), EntryCodec.encode(entry));
    }

    @Test
    void everythingComesBack() {
        Entry entry = Entry.of(full()).getFirst();
        Entry copy = copy(entry);
        assertEquals(entry.message(), copy.message());
        assertEquals(entry.mailboxes(), copy.mailboxes());
        assertEquals(entry.progress(), copy.progress());
        assertEquals(entry.destination(), copy.destination());
    }

    @Test
    void progressAndFatesComeBack() {
        Entry entry = Entry.of(full()).getFirst();
        var reply = new Reply(550, new EnhancedCode(5, 123, 99), List.of("no", "such user"));
        Entry later = entry.with(entry.progress()
                        .tried(ARRIVAL.plusSeconds(9), "mx[1]")
                        .told()
                        .priority(0))
                .with(List.of(
                        entry.mailboxes().getFirst().owing(new Fate.Bounced(reply)),
                        new Mailbox(Recipient.of("b@one.example"), Optional.of(Reply.of(451, "")), Optional.empty()),
                        new Mailbox(
                                Recipient.of("c@one.example"),
                                Optional.empty(),
                                Optional.of(new Fate.Removed(reply, true)))));
        Entry copy = copy(later);
        assertEquals(later.mailboxes(), copy.mailboxes());
        assertEquals(later.progress(), copy.progress());
    }

    @Test
    void theOutlineSaysTheSameAsTheEntry() {
        Entry entry = Entry.of(full()).getFirst();
        assertEquals(Outline.of(entry), EntryCodec.outline(ByteBuffer.wrap(EntryCodec.encode(entry))));
        Entry owing = entry.with(List.of(entry.mailboxes().getFirst().owing(new Fate.Expired(Reply.of(451, "")))));
        assertEquals(Outline.of(owing), EntryCodec.outline(ByteBuffer.wrap(EntryCodec.encode(owing))));
    }

    @Test
    void fieldsOfANewerVersionAreKept() {
        Entry entry = Entry.of(full()).getFirst();
        var newer = new Writer();
        newer.raw(EntryCodec.encode(entry));
        newer.text(900, "from the future");
        newer.number(901, 17);
        int start = newer.begin(902);
        newer.flag(1, true);
        newer.end(start);
        byte[] octets = newer.toByteArray();
        Entry read = EntryCodec.decode(1, 0, octets);
        assertArrayEquals(octets, EntryCodec.encode(read));
        assertEquals(entry.progress(), read.progress());
    }

    @Test
    void fieldsThatAnOlderVersionDidNotWriteHaveDefaults() {
        var old = new Writer();
        old.octet(1);
        old.number(1, ARRIVAL.toEpochMilli());
        old.text(3, "one.example");
        Entry read = EntryCodec.decode(1, 0, old.toByteArray());
        assertEquals("default", read.message().placed().tenant());
        assertEquals(5, read.progress().priority());
        assertEquals(Optional.empty(), read.progress().hold());
    }

    @Test
    void otherBytesAreRefused() {
        byte[] good = EntryCodec.encode(Entry.of(full()).getFirst());
        for (int length = 0; length < good.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            try {
                EntryCodec.decode(1, 0, cut);
            } catch (BadEntry e) {
                continue;
            }
            // Cut between two fields: the rest has defaults.
        }
        assertThrows(BadEntry.class, () -> EntryCodec.decode(1, 0, new byte[] {2, 0, 0}));
        assertThrows(BadEntry.class, () -> EntryCodec.decode(1, 0, new byte[0]));
        assertThrows(BadEntry.class, () -> EntryCodec.decode(1, 0, new byte[] {1, 5, 127}));
    }

    @Test
    void aMessageIsDividedByDestination() {
        StoredMessage message = full();
        var many = new StoredMessage(
                message.id(),
                message.arrival(),
                message.origin(),
                message.envelope()
                        .withRecipients(List.of(
                                Recipient.of("a@one.example"),
                                Recipient.of("b@two.example"),
                                Recipient.of("c@one.example"))),
                StoredMessage.Placed.DEFAULT,
                1,
                Optional.empty(),
                Map.of());
        List<Entry> entries = Entry.of(many);
        assertEquals(
                List.of("one.example", "two.example"),
                entries.stream().map(Entry::destination).toList());
        assertEquals(List.of(0, 1), entries.stream().map(Entry::number).toList());
        assertEquals(2, entries.getFirst().waiting().size());
    }

    @Test
    void mtPriorityIsOurs() {
        int[][] cases = {{9, 0}, {0, 5}, {-9, 9}, {4, 3}, {-4, 7}};
        for (int[] each : cases) {
            StoredMessage message = full();
            Sender from = message.envelope().sender();
            var sender = new Sender(
                    from.address(),
                    from.body(),
                    from.size(),
                    false,
                    false,
                    from.ret(),
                    from.envid(),
                    from.auth(),
                    OptionalInt.of(each[0]),
                    Map.of());
            var wished = new StoredMessage(
                    1,
                    ARRIVAL,
                    message.origin(),
                    message.envelope().withSender(sender),
                    StoredMessage.Placed.DEFAULT,
                    1,
                    Optional.empty(),
                    Map.of());
            assertEquals(each[1], Entry.of(wished).getFirst().progress().priority(), "MT-PRIORITY " + each[0]);
        }
    }
}
