package mta.plugins.api.mail;

import java.util.List;
import java.util.Objects;

/** Who a message is from and for. */
public record Envelope(Sender sender, List<Recipient> recipients) {

    public Envelope {
        Objects.requireNonNull(sender);
        recipients = List.copyOf(recipients);
    }

    public Envelope withRecipients(List<Recipient> others) {
        return new Envelope(sender, others);
    }

    public Envelope withSender(Sender other) {
        return new Envelope(other, recipients);
    }
}
