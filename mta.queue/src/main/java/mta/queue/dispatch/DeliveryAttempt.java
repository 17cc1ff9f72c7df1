package mta.queue.dispatch;

import java.util.List;
import mta.core.intake.MessageId;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.log.Leg;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.queue.entry.Entry;

/** One try to deliver an entry to some of its recipients; also what selectors are compared with. Used by its thread. */
final class DeliveryAttempt implements Attempt, Selector {

    private final Entry entry;
    private final int number;
    private final List<Recipient> recipients;
    private final Path path;
    private final Pin pin;
    private final OutgoingMessage message;

    DeliveryAttempt(Entry entry, int number, List<Recipient> recipients, Content content, Path path, Pin pin) {
        this.entry = entry;
        this.number = number;
        this.recipients = recipients;
        this.path = path;
        this.pin = pin;
        Envelope envelope = new Envelope(entry.message().envelope().sender(), recipients);
        this.message = new OutgoingMessage(entry.message(), envelope, content);
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public Message message() {
        return message;
    }

    OutgoingMessage outgoing() {
        return message;
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public String tenant() {
        return entry.message().placed().tenant();
    }

    @Override
    public String campaign() {
        return entry.message().placed().campaign();
    }

    @Override
    public String destination() {
        return entry.destination();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Pin pin() {
        return pin;
    }

    Entry entry() {
        return entry;
    }

    Leg leg(String peer) {
        return new Leg(
                tenant(),
                campaign(),
                destination(),
                path.transport(),
                path.site(),
                path.source().name(),
                peer);
    }

    @Override
    public String value(String key) {
        return switch (key) {
            case "tenant" -> tenant();
            case "campaign" -> campaign();
            case "destination" -> destination();
            case "site" -> path.site();
            case "source" -> path.source().name();
            case "transport" -> path.transport();
            case TRACE -> MessageId.text(entry.message().id());
            default -> "";
        };
    }
}
