package mta.plugins.api.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message was accepted: it is durable and somebody was told so.
 *
 * @param clientName the client's name by reverse DNS, confirmed; empty if it has none or nobody asked
 */
public record Reception(
        Instant time,
        String id,
        String listener,
        String protocol,
        String client,
        Optional<String> clientName,
        Optional<String> user,
        String sender,
        List<String> recipients,
        long bytes,
        String tenant,
        String campaign,
        Optional<String> messageId,
        Optional<String> held)
        implements LogRecord {

    /** Without the client's name. */
    public Reception(
            Instant time,
            String id,
            String listener,
            String protocol,
            String client,
            Optional<String> user,
            String sender,
            List<String> recipients,
            long bytes,
            String tenant,
            String campaign,
            Optional<String> messageId,
            Optional<String> held) {
        this(
                time,
                id,
                listener,
                protocol,
                client,
                Optional.empty(),
                user,
                sender,
                recipients,
                bytes,
                tenant,
                campaign,
                messageId,
                held);
    }

    @Override
    public void describe(Fields out) {
        out.text("id", id);
        out.text("listener", listener);
        out.text("protocol", protocol);
        out.text("client", client);
        clientName.ifPresent(value -> out.text("clientName", value));
        user.ifPresent(value -> out.text("user", value));
        out.text("sender", sender);
        out.texts("recipients", recipients);
        out.number("bytes", bytes);
        out.text("tenant", tenant);
        out.text("campaign", campaign);
        messageId.ifPresent(value -> out.text("messageId", value));
        held.ifPresent(value -> out.text("held", value));
    }
}
