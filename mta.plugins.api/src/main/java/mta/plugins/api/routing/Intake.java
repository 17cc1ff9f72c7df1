package mta.plugins.api.routing;

import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The only way into the queue, an OSGi service: SMTP, HTTP, pickup and notifications all use it.
 *
 * <pre>{@code
 * try (Intake.Draft draft = intake.open(Intake.Origin.plugin("pickup"), envelope)) {
 *     content.writeTo(draft.content());
 *     switch (draft.commit()) {
 *         case Intake.Stored stored -> log(stored.id());
 *         case Intake.Refused refused -> tell(refused.reply());
 *         case Intake.Dropped dropped -> log(dropped.reason());
 *     }
 * }
 * }</pre>
 *
 * Thread-safe; a draft belongs to one thread.
 */
@ProviderType
public interface Intake {

    /** Begins a message; gives it its id. Cheap: nothing is stored yet. */
    Draft open(Origin origin, Envelope envelope);

    /** The same for one who has pinned a plan for the message; the pin stays the caller's. */
    Draft open(Origin origin, Envelope envelope, Pin pin);

    /**
     * Where a message comes from; for records, the Received field and selectors.
     *
     * @param cause {@link Cause#RECEIVED}, {@link Cause#INJECTED}, {@link Cause#BOUNCE} or {@link Cause#TRANSFER}
     * @param listener name of the listener or plugin
     * @param protocol such as {@code ESMTPS}
     * @param client address of the client, or the empty string
     * @param clientName its name by reverse DNS, confirmed; known while the message comes in, not stored with it
     * @param user who has authenticated, if anybody
     */
    record Origin(
            Cause cause,
            String listener,
            String protocol,
            String client,
            Optional<String> clientName,
            Optional<String> user) {

        /** Without the client's name. */
        public Origin(Cause cause, String listener, String protocol, String client, Optional<String> user) {
            this(cause, listener, protocol, client, Optional.empty(), user);
        }

        public static Origin plugin(String name) {
            return new Origin(Cause.INJECTED, name, "", "", Optional.empty());
        }

        /** A notification made by a plugin of this name. */
        public static Origin bounce(String name) {
            return new Origin(Cause.BOUNCE, name, "", "", Optional.empty());
        }
    }

    /** A message that is being written. Closing it without {@link #commit} leaves nothing behind. */
    @ProviderType
    interface Draft extends AutoCloseable {

        String id();

        Envelope envelope();

        void sender(Sender sender);

        void recipients(List<Recipient> recipients);

        /**
         * Takes the content, CRLF lines, not dot-stuffed; large content goes to disk while it comes in, so memory stays
         * bounded. Need not be flushed or closed. Storage trouble does not throw here: {@link #commit} tells it, so that
         * whoever reads a message can read it to its end.
         */
        OutputStream content();

        /** In bytes, so far. */
        long size();

        /** Puts octets (whole header fields) above the content: trace fields. */
        void prepend(byte[] fields);

        /** What plugins noted during reception: plugin name to key to JSON value. */
        void notes(Map<String, Map<String, Object>> notes);

        /** Keeps the message from delivery until it is released. */
        void hold(String reason);

        /** Not to be delivered before. */
        void notBefore(Instant when);

        /** The message as hooks see it; edits made with the call change this draft. */
        Message message(Call call);

        /**
         * Runs {@link Routing}, then stores the message. When this returns {@link Stored} it is durable: a promise.
         * Storage trouble is a {@link Refused} with a 4xx reply, never an exception.
         */
        Receipt commit();

        @Override
        void close();
    }

    /** What became of a draft. */
    sealed interface Receipt {}

    /** Durable and queued. */
    record Stored(String id) implements Receipt {}

    /** Not stored; the reply says why and whether to try again. */
    record Refused(Reply reply) implements Receipt {}

    /** Taken and dropped on a plugin's word. */
    record Dropped(String id, String reason) implements Receipt {}
}
