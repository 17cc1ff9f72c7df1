package mta.queue.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.mail.Recipient;

/**
 * A recipient that is still in the queue.
 *
 * @param last the last reply that was seen for it
 * @param owed how its story ended, while the sender has still to be told; it is never sent again
 */
public record Mailbox(Recipient recipient, Optional<Reply> last, Optional<Fate> owed) {

    static List<Mailbox> waiting(List<Recipient> recipients) {
        List<Mailbox> list = new ArrayList<>(recipients.size());
        for (Recipient recipient : recipients) {
            list.add(new Mailbox(recipient, Optional.empty(), Optional.empty()));
        }
        return list;
    }

    public Mailbox heard(Reply reply) {
        return new Mailbox(recipient, Optional.of(reply), owed);
    }

    public Mailbox owing(Fate fate) {
        return new Mailbox(recipient, Optional.of(fate.reply()), Optional.of(fate));
    }
}
