package mta.plugins.api.log;

import java.time.Instant;
import java.util.Optional;
import mta.plugins.api.Reply;

/**
 * Something was refused on the way in.
 *
 * @param clientName the client's name by reverse DNS, confirmed; empty if it has none or nobody asked
 * @param helo what it calls itself
 * @param protocol {@code SMTP}, {@code ESMTPS} ...
 * @param stage such as {@code rcpt}
 * @param plugin who said so, if it was a plugin
 * @param detail what was wrong, with whatever the client must not be told
 */
public record Rejection(
        Instant time,
        String session,
        String listener,
        String client,
        Optional<String> clientName,
        Optional<String> helo,
        String protocol,
        Optional<String> user,
        String stage,
        String sender,
        String recipient,
        Reply reply,
        Optional<String> plugin,
        String detail)
        implements LogRecord {

    /** Without the client's names; spoken was ESMTP. */
    public Rejection(
            Instant time,
            String session,
            String listener,
            String client,
            Optional<String> user,
            String stage,
            String sender,
            String recipient,
            Reply reply,
            Optional<String> plugin,
            String detail) {
        this(
                time,
                session,
                listener,
                client,
                Optional.empty(),
                Optional.empty(),
                "ESMTP",
                user,
                stage,
                sender,
                recipient,
                reply,
                plugin,
                detail);
    }

    @Override
    public void describe(Fields out) {
        out.text("session", session);
        out.text("listener", listener);
        out.text("client", client);
        clientName.ifPresent(value -> out.text("clientName", value));
        helo.ifPresent(value -> out.text("helo", value));
        out.text("protocol", protocol);
        user.ifPresent(value -> out.text("user", value));
        out.text("stage", stage);
        out.text("sender", sender);
        out.text("recipient", recipient);
        out.text("reply", reply.toString());
        plugin.ifPresent(value -> out.text("plugin", value));
        out.text("detail", detail);
    }
}
