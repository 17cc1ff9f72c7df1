package mta.testkit.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Transaction;

/** A mail transaction, made up; see {@link TestSession#mail(String)}. For one thread. */
public final class TestTransaction implements Transaction {

    private final TestSession session;
    private final TestNotes notes;
    private Sender sender;
    private final List<Recipient> recipients = new ArrayList<>();
    private final List<Header> prepended = new ArrayList<>();
    private final List<Reply> pending = new ArrayList<>();
    private final List<Reply> deferrals = new ArrayList<>();
    private final Map<Recipient, Reply> refused = new LinkedHashMap<>();

    TestTransaction(TestSession session, Sender sender) {
        this.session = session;
        this.sender = sender;
        this.notes = new TestNotes(session.edits);
    }

    /** What is told instead of a refusal for good, as plugins wished. */
    public List<Reply> deferrals() {
        return List.copyOf(deferrals);
    }

    /** Recipients that plugins refused after they had been accepted. */
    public Map<Recipient, Reply> refused() {
        return Map.copyOf(refused);
    }

    /** One more recipient that was accepted before the call. */
    public TestTransaction to(String recipient) {
        recipients.add(Recipient.of(recipient));
        return this;
    }

    /** Header fields that plugins put on top. */
    public List<Header> prepended() {
        return List.copyOf(prepended);
    }

    /** Refusals that plugins postponed. */
    public List<Reply> pending() {
        return List.copyOf(pending);
    }

    @Override
    public String id() {
        return "0TESTMESSAGE0";
    }

    @Override
    public TestSession session() {
        return session;
    }

    @Override
    public Sender sender() {
        return sender;
    }

    @Override
    public List<Recipient> recipients() {
        return List.copyOf(recipients);
    }

    @Override
    public TestNotes notes() {
        return notes;
    }

    @Override
    public void replaceSender(Sender other) {
        session.edits.edit("replaceSender " + other.address(), () -> sender = other);
    }

    @Override
    public void addRecipient(Recipient recipient) {
        session.edits.edit("addRecipient " + recipient.address(), () -> recipients.add(recipient));
    }

    @Override
    public void removeRecipient(Recipient recipient) {
        session.edits.edit(
                "removeRecipient " + recipient.address(),
                () -> recipients.removeIf(other -> other.address().equals(recipient.address())));
    }

    /** After {@link Stages#rcpt} {@link #recipients} holds the others. */
    @Override
    public void replaceRecipient(Recipient recipient, List<Recipient> others) {
        String names = others.stream()
                .map(other -> other.address().toString())
                .toList()
                .toString();
        session.edits.edit("replaceRecipient " + recipient.address() + " -> " + names, () -> {
            recipients.removeIf(other -> other.address().equals(recipient.address()));
            recipients.addAll(others);
        });
    }

    @Override
    public void prependHeader(Header header) {
        session.edits.edit("prepend " + header.name() + ": " + header.value(), () -> prepended.addFirst(header));
    }

    @Override
    public void deferIfRefused(Reply deferral) {
        session.edits.edit("deferIfRefused " + deferral, () -> deferrals.add(deferral));
    }

    @Override
    public void refuseRecipient(Recipient recipient, Reply refusal) {
        session.edits.edit(
                "refuseRecipient " + recipient.address() + " " + refusal, () -> refused.put(recipient, refusal));
    }

    @Override
    public void pend(Reply refusal) {
        session.edits.edit("pend " + refusal, () -> pending.add(refusal));
    }
}
