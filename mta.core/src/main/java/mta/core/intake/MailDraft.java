package mta.core.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import mta.core.intake.StoredMessage.Placed;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake.Draft;
import mta.plugins.api.routing.Intake.Origin;
import mta.plugins.api.routing.Intake.Receipt;

/** A message while it is written. Used by the thread that brings it. */
final class MailDraft implements Draft {

    private final MailIntake intake;
    private final long id;
    private final Instant arrival;
    private final Origin origin;
    private final Pin pin;
    private final boolean ownPin;

    private Envelope envelope;
    private ContentBuffer buffer;
    private List<Header> headers;
    private int bodyStart;
    private Map<String, Map<String, Object>> notes = new LinkedHashMap<>();
    private Placed placed = Placed.DEFAULT;
    private Optional<String> hold = Optional.empty();

    MailDraft(MailIntake intake, long id, Instant arrival, Origin origin, Envelope envelope, Pin pin, boolean ownPin) {
        this.intake = intake;
        this.id = id;
        this.arrival = arrival;
        this.origin = origin;
        this.envelope = envelope;
        this.pin = pin;
        this.ownPin = ownPin;
        this.buffer = new ContentBuffer(intake.store(), id);
    }

    long number() {
        return id;
    }

    @Override
    public String id() {
        return MessageId.text(id);
    }

    Instant arrival() {
        return arrival;
    }

    Origin origin() {
        return origin;
    }

    Pin pin() {
        return pin;
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public void sender(Sender sender) {
        envelope = envelope.withSender(sender);
    }

    @Override
    public void recipients(List<Recipient> recipients) {
        envelope = envelope.withRecipients(recipients);
    }

    @Override
    public OutputStream content() {
        return buffer;
    }

    @Override
    public long size() {
        return buffer.size();
    }

    @Override
    public void prepend(byte[] fields) {
        buffer.insert(fields);
        headers = null;
    }

    @Override
    public void notes(Map<String, Map<String, Object>> other) {
        notes = new LinkedHashMap<>();
        other.forEach((plugin, own) -> notes.put(plugin, new LinkedHashMap<>(own)));
    }

    Map<String, Map<String, Object>> noted() {
        return notes;
    }

    @Override
    public void hold(String reason) {
        hold = hold.or(() -> Optional.of(reason));
    }

    Optional<String> held() {
        return hold;
    }

    @Override
    public void notBefore(Instant when) {
        if (placed.notBefore().isEmpty() || placed.notBefore().get().isBefore(when)) {
            placed = placed.withNotBefore(when);
        }
    }

    Placed placed() {
        return placed;
    }

    void place(Placed other) {
        placed = other;
    }

    @Override
    public Message message(Call call) {
        return new MessageView(this, call);
    }

    // ---- what the view shows and changes

    List<Header> headers() {
        if (headers == null) {
            HeaderSection section = HeaderSection.parse(buffer.head(), buffer.headLength());
            headers = new ArrayList<>(section.fields());
            bodyStart = section.bodyStart();
        }
        return headers;
    }

    void changeHeaders(Consumer<List<Header>> change) {
        var list = headers();
        change.accept(list);
        byte[] section = HeaderSection.octets(list);
        byte[] whole = new byte[section.length + buffer.headLength() - bodyStart];
        System.arraycopy(section, 0, whole, 0, section.length);
        System.arraycopy(buffer.head(), bodyStart, whole, section.length, buffer.headLength() - bodyStart);
        buffer.replaceHead(whole);
        bodyStart = section.length;
    }

    /** The new body may be made from the old one, so it is complete before the old one goes. */
    void replaceBody(InputStream body) {
        try (InputStream in = body) {
            byte[] section = HeaderSection.octets(headers());
            byte[] first = in.readNBytes(Store.CHUNK_BYTES);
            Path rest = Files.createTempFile("mta-body-", ".tmp");
            try {
                try (OutputStream out = Files.newOutputStream(rest)) {
                    in.transferTo(out);
                }
                buffer.close();
                buffer = new ContentBuffer(intake.store(), id);
                buffer.write(section, 0, section.length);
                buffer.write(first, 0, first.length);
                Files.copy(rest, buffer);
                buffer.finish();
                bodyStart = section.length;
            } finally {
                Files.delete(rest);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Content wholeContent() {
        buffer.finish();
        return buffer.content(0);
    }

    Content bodyContent() {
        headers();
        buffer.finish();
        return buffer.content(bodyStart);
    }

    /** What the store takes: the part in memory as an array of the right length. */
    byte[] head() {
        buffer.finish();
        return buffer.whole();
    }

    ContentBuffer buffer() {
        return buffer;
    }

    /** A draft of its own for some of the recipients, with a copy of the content. */
    MailDraft part(long otherId, List<Recipient> recipients) {
        var part = new MailDraft(intake, otherId, arrival, origin, envelope.withRecipients(recipients), pin, false);
        part.notes(notes);
        part.hold = hold;
        part.placed = placed;
        try (InputStream in = wholeContent().open()) {
            in.transferTo(part.buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return part;
    }

    @Override
    public Receipt commit() {
        return intake.commit(this);
    }

    @Override
    public void close() {
        buffer.close();
        if (ownPin) {
            pin.close();
        }
    }
}
