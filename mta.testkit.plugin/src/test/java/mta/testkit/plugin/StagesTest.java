package mta.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.junit.jupiter.api.Test;

class StagesTest {

    private final TestTransaction transaction = TestSession.from("192.0.2.1")
            .helo("client.example")
            .mail("a@b.example")
            .to("first@d.example");

    @Test
    void editsShowInTheResultAndHaveTakenEffect() throws Exception {
        var plugin = new Reception() {
            @Override
            public Verdict rcpt(Transaction tx, Recipient recipient) {
                tx.replaceRecipient(recipient, List.of(Recipient.of("root@d.example")));
                tx.notes().put("seen", 1L);
                assertEquals(1, tx.recipients().size(), "an edit is not visible within its call");
                return Verdict.accept();
            }
        };
        Result result = Stages.rcpt(plugin, transaction, "postmaster");
        assertTrue(result.isAccept());
        assertEquals(List.of("replaceRecipient postmaster -> [root@d.example]", "note seen=1"), result.edits());
        assertEquals(
                "root@d.example", transaction.recipients().getLast().address().toString());
        assertEquals(Optional.of(1L), transaction.notes().find("seen"));
    }

    @Test
    void aFailedCallLeavesNoTrace() {
        var plugin = new Reception() {
            @Override
            public Verdict mail(Transaction tx, Sender sender) throws IOException {
                tx.notes().put("seen", true);
                throw new IOException("database away");
            }
        };
        assertThrows(IOException.class, () -> Stages.mail(plugin, transaction));
        assertTrue(transaction.notes().all().isEmpty());
    }

    @Test
    void anInadmissibleOrMissingVerdictIsAnError() {
        var later = new Reception() {
            @Override
            public Verdict rcpt(Transaction tx, Recipient recipient) {
                tx.addRecipient(Recipient.of("x@y.example"));
                return Verdict.later(Duration.ofHours(1), Reply.of(451, "4.7.1", "later"));
            }
        };
        assertThrows(AssertionError.class, () -> Stages.rcpt(later, transaction, "c@d.example"));
        assertEquals(1, transaction.recipients().size());
        var none = new Reception() {
            @Override
            public Verdict rcpt(Transaction tx, Recipient recipient) {
                return null;
            }
        };
        assertThrows(AssertionError.class, () -> Stages.rcpt(none, transaction, "c@d.example"));
    }

    @Test
    void aReadingStageRefusesEdits() {
        var plugin = new Delivery() {
            @Override
            public Verdict ready(Attempt attempt) {
                attempt.message().headers().remove("Subject");
                return Verdict.next();
            }
        };
        var attempt = TestAttempt.first("smtp", TestMessage.of("Subject: x\n\n").to("c@d.example"));
        assertThrows(IllegalStateException.class, () -> Stages.ready(plugin, attempt));
        assertEquals(Optional.of("x"), attempt.message().headers().first("subject"));
    }

    @Test
    void headersAndPlacementAreEdited() throws Exception {
        var plugin = new Routing() {
            @Override
            public Verdict place(Message message, Placement placement, Cause cause) {
                message.headers().prepend(Header.of("X-Tenant", "shop"));
                message.headers().replace(0, Header.of("Subject", "new"));
                message.headers().remove("X-Old");
                placement.tenant("shop").priority(1);
                return Verdict.next();
            }
        };
        var message = TestMessage.of("Subject: old\n folded\nX-Old: 1\nX-Old: 2\n\nbody ä\n");
        var placement = new TestPlacement();
        Result result = Stages.place(plugin, message, placement, Cause.INJECTED);
        assertTrue(result.isNext());
        assertEquals(5, result.edits().size());
        assertEquals("shop", placement.tenant());
        assertEquals(1, placement.priority());
        assertEquals(
                "X-Tenant: shop\r\nSubject: new\r\n\r\nbody ä\r\n",
                new String(message.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    @Test
    void capabilitiesAreEditedWithTheSession() throws Exception {
        var session = TestSession.from("2001:db8::1");
        var capabilities = new TestCapabilities(session, "SIZE 100", "PIPELINING");
        var plugin = new Reception() {
            @Override
            public Verdict helo(mta.plugins.api.smtp.Session s, String name, mta.plugins.api.smtp.Capabilities c) {
                c.announce("SIZE 5");
                c.withdraw("pipelining");
                return Verdict.next();
            }
        };
        Stages.helo(plugin, session, "client.example", capabilities);
        assertEquals(List.of("SIZE 5"), capabilities.lines());
    }

    @Test
    void lookupsTellNotFoundFromCannotTell() throws Exception {
        var lookup = new TestLookup()
                .with(new DomainFor("a.example"), DomainFor.Role.LOCAL)
                .failing(new DomainFor("b.example"), "directory away");
        assertEquals(Optional.of(DomainFor.Role.LOCAL), lookup.find(new DomainFor("a.example")));
        assertEquals(Optional.empty(), lookup.find(new DomainFor("c.example")));
        assertThrows(Unresolved.class, () -> lookup.find(new DomainFor("b.example")));
    }

    @Test
    void intakeKeepsWhatWasCommitted() throws Exception {
        var intake = new TestIntake();
        var envelope = new Envelope(Sender.of(mta.plugins.api.Address.NULL), List.of(Recipient.of("a@b.example")));
        try (Intake.Draft draft = intake.open(Intake.Origin.bounce("dsn"), envelope)) {
            draft.content().write("\r\nx".getBytes(StandardCharsets.US_ASCII));
            draft.prepend("A: 1\r\n".getBytes(StandardCharsets.US_ASCII));
            assertFalse(draft.commit() instanceof Intake.Refused);
        }
        assertEquals("A: 1\r\n\r\nx", new String(intake.only().content(), StandardCharsets.US_ASCII));
        intake.refusing("451 4.3.1 full");
        try (Intake.Draft draft = intake.open(Intake.Origin.bounce("dsn"), envelope)) {
            assertEquals(new Intake.Refused(Reply.parse("451 4.3.1 full")), draft.commit());
        }
        assertEquals(1, intake.injected().size());
    }

    @interface Config {
        String delay() default "5m";

        String[] networks() default {"127.0.0.0/8"};

        int tries() default 3;
    }

    @Test
    void settingsHaveTheirDefaults() {
        Config config = Settings.of(Config.class, "networks", List.of("10.0.0.0/8", "::1/128"));
        assertEquals("5m", config.delay());
        assertEquals(3, config.tries());
        assertEquals(2, config.networks().length);
        assertThrows(IllegalArgumentException.class, () -> Settings.of(Config.class, "dealy", "1m"));
        assertThrows(IllegalArgumentException.class, () -> Settings.of(Config.class, "tries", "3"));
    }
}
