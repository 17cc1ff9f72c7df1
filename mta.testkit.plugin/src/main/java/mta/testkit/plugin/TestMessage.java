package mta.testkit.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Address;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/** A message, made up from its text. The methods that set the scene return this. For one thread. */
public final class TestMessage implements Message {

    final Edits edits = new Edits();
    private final TestHeaders headers = new TestHeaders(edits);
    private final TestNotes notes = new TestNotes(edits);
    private final List<Recipient> recipients = new ArrayList<>();
    private Sender sender = Sender.of(Address.of("sender@example.org"));
    private Instant arrival = Instant.parse("2026-01-02T03:04:05Z");
    private String id = "0TESTMESSAGE0";
    private byte[] body;

    private TestMessage(String latin1) {
        String text = latin1.replace("\r\n", "\n").replace("\n", "\r\n");
        int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
        String section = end < 0 ? text : text.substring(0, end == 0 ? 0 : end + 2);
        String rest = end < 0 ? "" : text.substring(end == 0 ? 2 : end + 4);
        for (String field : section.split("\r\n(?![ \t])")) {
            int colon = field.indexOf(':');
            if (colon > 0) {
                headers.append(new Header(field.substring(0, colon), field.substring(colon + 1)));
            }
        }
        body = rest.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** From header section, empty line and body; line feeds become CRLF, other characters than ASCII UTF-8. */
    public static TestMessage of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static TestMessage of(byte[] octets) {
        return new TestMessage(new String(octets, StandardCharsets.ISO_8859_1));
    }

    public TestMessage from(String address) {
        return from(Sender.of(Address.of(address)));
    }

    public TestMessage from(Sender other) {
        sender = other;
        return this;
    }

    public TestMessage to(String address) {
        return to(Recipient.of(address));
    }

    public TestMessage to(Recipient recipient) {
        recipients.add(recipient);
        return this;
    }

    public TestMessage arrived(Instant when) {
        arrival = when;
        return this;
    }

    public TestMessage id(String other) {
        id = other;
        return this;
    }

    /** Header section and body as text, one char per octet. */
    public String text() {
        return new String(octets(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Instant arrival() {
        return arrival;
    }

    @Override
    public Envelope envelope() {
        return new Envelope(sender, recipients);
    }

    @Override
    public TestHeaders headers() {
        return headers;
    }

    @Override
    public Content content() {
        return Content.of(octets());
    }

    @Override
    public Content body() {
        return Content.of(body);
    }

    @Override
    public TestNotes notes() {
        return notes;
    }

    @Override
    public void replaceSender(Sender other) {
        edits.edit("replaceSender " + other.address(), () -> sender = other);
    }

    @Override
    public void addRecipient(Recipient recipient) {
        edits.edit("addRecipient " + recipient.address(), () -> recipients.add(recipient));
    }

    @Override
    public void removeRecipient(Recipient recipient) {
        edits.edit(
                "removeRecipient " + recipient.address(),
                () -> recipients.removeIf(other -> other.address().equals(recipient.address())));
    }

    @Override
    public void replaceBody(InputStream other) {
        edits.edit("replaceBody", () -> {
            try (other) {
                body = other.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private byte[] octets() {
        var out = new ByteArrayOutputStream();
        for (Header field : headers.all()) {
            out.writeBytes((field.name() + ":" + field.raw() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {'\r', '\n'});
        out.writeBytes(body);
        return out.toByteArray();
    }
}
