package mta.core.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailIntakeTest {

    private static final Envelope ENVELOPE = new Envelope(
            Sender.of(Address.of("a@example.com")),
            List.of(Recipient.of("b@example.org"), Recipient.of("c@example.net")));
    private static final String MAIL = "Subject: hello\r\nX-One: 1\r\n folded\r\n\r\nbody\r\n";

    private final MemoryStore store = new MemoryStore();
    private final List<LogRecord> emitted = new ArrayList<>();
    private final HookRunner runner = new HookRunner(_ -> {}, InstantSource.system());
    private final Intake intake =
            new MailIntake(store, runner, records(), new MessageId(InstantSource.system()), InstantSource.system());

    private Records records() {
        return new Records() {
            @Override
            public void emit(LogRecord record) {
                emitted.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    private void bind(Routing plugin) {
        runner.register(Routing.class, plugin, Map.of("mta.plugin", "p"));
        runner.bind(List.of(Binding.of("p", "p", "Routing")));
    }

    private Intake.Receipt take(byte[] content, int piece) throws IOException {
        try (Intake.Draft draft = intake.open(Intake.Origin.plugin("test"), ENVELOPE)) {
            for (int at = 0; at < content.length; at += piece) {
                draft.content().write(content, at, Math.min(piece, content.length - at));
            }
            assertTrue(draft.size() >= content.length, "what is lost counts, too: limits must hold");
            return draft.commit();
        }
    }

    private Intake.Receipt take(String content) throws IOException {
        return take(content.getBytes(ISO_8859_1), 7);
    }

    private String only() {
        assertEquals(1, store.stored.size());
        return new String(store.stored.getFirst().content(), ISO_8859_1);
    }

    @Test
    void whatCameInIsWhatIsStoredWhateverItsSize() throws IOException {
        var random = new Random(1);
        for (int size : new int[] {
            0,
            1,
            4095,
            4096,
            4097,
            10_000,
            Store.CHUNK_BYTES - 1,
            Store.CHUNK_BYTES,
            Store.CHUNK_BYTES + 1,
            2 * Store.CHUNK_BYTES,
            3 * Store.CHUNK_BYTES + 17
        }) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            store.stored.clear();
            assertInstanceOf(Intake.Stored.class, take(content, 1 + random.nextInt(70_000)));
            assertArrayEquals(content, store.stored.getFirst().content(), "size " + size);
            assertEquals(size, store.stored.getFirst().message().bytes());
        }
    }

    @Test
    void fieldsInFrontOfAHeaderSectionOfAChunkMoveNothing() throws IOException {
        byte[] section = ("X-Long: " + "a".repeat(Store.CHUNK_BYTES - 30) + "\r\n\r\n").getBytes(ISO_8859_1);
        byte[] body = "b".repeat(1000).getBytes(ISO_8859_1);
        byte[] trace = ("Received: from x" + "y".repeat(200) + "\r\n").getBytes(ISO_8859_1);
        try (Intake.Draft draft = intake.open(Intake.Origin.plugin("test"), ENVELOPE)) {
            draft.content().write(section);
            draft.prepend(trace);
            draft.content().write(body);
            assertInstanceOf(Intake.Stored.class, draft.commit());
        }
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(trace);
        whole.writeBytes(section);
        whole.writeBytes(body);
        assertArrayEquals(whole.toByteArray(), store.stored.getFirst().content());
    }

    @Test
    void closingWithoutCommitLeavesNothing() {
        try (Intake.Draft draft = intake.open(Intake.Origin.plugin("test"), ENVELOPE)) {
            assertTrue(draft.id().length() == 13);
            var content = new byte[Store.CHUNK_BYTES * 2];
            try {
                draft.content().write(content);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertEquals(1, store.openLarge);
        }
        assertEquals(0, store.openLarge);
        assertEquals(List.of(), store.stored);
    }

    @Test
    void storageTroubleIsA4xxNeverAStored() throws IOException {
        store.failPut = true;
        assertEquals(
                452, assertInstanceOf(Intake.Refused.class, take(MAIL)).reply().code());
        store.failPut = false;
        store.failLarge = true;
        byte[] large = new byte[Store.CHUNK_BYTES * 2];
        assertEquals(
                452,
                assertInstanceOf(Intake.Refused.class, take(large, 8192))
                        .reply()
                        .code());
        store.closed = "the node is stopping";
        assertEquals(
                452, assertInstanceOf(Intake.Refused.class, take(MAIL)).reply().code());
        assertEquals(List.of(), store.stored);
        assertEquals(List.of(), emitted);
    }

    @Test
    void theRecordIsMadeAfterTheMessageIsStored() throws IOException {
        Intake.Stored stored =
                assertInstanceOf(Intake.Stored.class, take("Message-ID: <1@example>\r\nSubject: x\r\n\r\n"));
        Reception reception = assertInstanceOf(Reception.class, emitted.getFirst());
        assertEquals(stored.id(), reception.id());
        assertEquals(Optional.of("<1@example>"), reception.messageId());
        assertEquals(List.of("b@example.org", "c@example.net"), reception.recipients());
    }

    @Test
    void placementIsStored() throws IOException {
        Instant later = Instant.parse("2030-01-01T00:00:00Z");
        bind(new Routing() {
            @Override
            public Verdict place(Message message, Placement placement, Cause cause) {
                placement
                        .tenant("acme")
                        .campaign("spring")
                        .priority(2)
                        .transport("file")
                        .pool("blue")
                        .route("[x]:26");
                return Verdict.later(later, Reply.of(450, "not yet"));
            }
        });
        take(MAIL);
        StoredMessage.Placed placed = store.stored.getFirst().message().placed();
        assertEquals(List.of("acme", "spring", 2), List.of(placed.tenant(), placed.campaign(), placed.priority()));
        assertEquals(Optional.of(later), placed.notBefore());
        assertEquals(Optional.of("[x]:26"), placed.route());
    }

    @Test
    void verdictsOfRouting() throws IOException {
        var verdict = new Verdict[1];
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) {
                return verdict[0];
            }
        });
        verdict[0] = Verdict.refuse("550 5.7.1 no");
        assertEquals(
                550, assertInstanceOf(Intake.Refused.class, take(MAIL)).reply().code());
        verdict[0] = Verdict.discard("unwanted");
        assertEquals(
                "unwanted", assertInstanceOf(Intake.Dropped.class, take(MAIL)).reason());
        assertEquals(List.of(), store.stored);
        verdict[0] = Verdict.hold("odd");
        assertInstanceOf(Intake.Stored.class, take(MAIL));
        assertEquals(Optional.of("odd"), store.stored.getFirst().message().hold());
    }

    @Test
    void headerEditsChangeNothingElse() throws IOException {
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) {
                message.headers().prepend(Header.of("X-Top", "t"));
                message.headers().append(Header.of("X-Bottom", "one\ntwo"));
                message.headers().replace(0, Header.of("X-One", "eins"));
                message.headers().remove("Subject", 0);
                message.notes().put("seen", true);
                return Verdict.next();
            }
        });
        take(MAIL);
        assertEquals("X-Top: t\r\nX-One: eins\r\nX-Bottom: one\r\n\ttwo\r\n\r\nbody\r\n", only());
        assertEquals(
                Map.of("p", Map.of("seen", true)),
                store.stored.getFirst().message().notes());
    }

    @Test
    void headerEditsOfALargeMessageKeepItsRest() throws IOException {
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) {
                message.headers().prepend(Header.of("X-Top", "t"));
                return Verdict.next();
            }
        });
        byte[] body = new byte[Store.CHUNK_BYTES * 2 + 5];
        Arrays.fill(body, (byte) 'x');
        take("Subject: big\r\n\r\n" + new String(body, ISO_8859_1));
        assertEquals("X-Top: t\r\nSubject: big\r\n\r\n" + new String(body, ISO_8859_1), only());
    }

    @Test
    void aBodyCanBeReplacedByOneMadeFromIt() throws IOException {
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) throws IOException {
                message.replaceBody(new java.io.SequenceInputStream(
                        message.body().open(), new ByteArrayInputStream("-- \r\nfooter\r\n".getBytes(ISO_8859_1))));
                message.headers().append(Header.of("X-Footer", "yes"));
                return Verdict.next();
            }
        });
        take(MAIL);
        assertEquals("Subject: hello\r\nX-One: 1\r\n folded\r\nX-Footer: yes\r\n\r\nbody\r\n-- \r\nfooter\r\n", only());
    }

    @Test
    void aSplitMessageIsStoredAsAWhole() throws IOException {
        bind(new Routing() {
            @Override
            public Optional<List<List<Recipient>>> split(Message message) {
                return Optional.of(
                        message.envelope().recipients().stream().map(List::of).toList());
            }

            @Override
            public Verdict place(Message message, Placement placement, Cause cause) {
                message.headers()
                        .prepend(Header.of(
                                "X-For",
                                message.envelope()
                                        .recipients()
                                        .getFirst()
                                        .address()
                                        .toString()));
                return Verdict.next();
            }
        });
        take(MAIL);
        assertEquals(2, store.stored.size());
        assertTrue(new String(store.stored.get(1).content(), ISO_8859_1)
                .startsWith("X-For: c@example.net\r\nSubject: hello\r\n"));
    }

    @Test
    void traceFieldsStandAboveTheContentAndHooksSeeThem() throws IOException {
        var seen = new ArrayList<String>();
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) {
                message.headers().all().forEach(header -> seen.add(header.name()));
                return Verdict.next();
            }
        });
        try (Intake.Draft draft = intake.open(Intake.Origin.plugin("test"), ENVELOPE)) {
            draft.content().write(MAIL.getBytes(ISO_8859_1));
            draft.prepend("Received: from x\r\n".getBytes(ISO_8859_1));
            draft.commit();
        }
        assertEquals(List.of("Received", "Subject", "X-One"), seen);
        assertEquals("Received: from x\r\n" + MAIL, only());
    }

    @Test
    void contentWithoutHeaderSectionSurvivesEdits() throws IOException {
        bind(new Routing() {
            @Override
            public Verdict seal(Message message) {
                message.headers().prepend(Header.of("X-Top", "t"));
                return Verdict.next();
            }
        });
        take("no header here\r\njust text\r\n");
        assertEquals("X-Top: t\r\n\r\nno header here\r\njust text\r\n", only());
    }
}
