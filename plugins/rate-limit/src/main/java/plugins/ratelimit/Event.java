package plugins.ratelimit;

import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;

/** What is counted: a connection, a message, a recipient, or the octets of a message. */
record Event(Session session, Optional<Address> sender, Optional<Address> recipient, long amount) {

    static Event of(Session session) {
        return new Event(session, Optional.empty(), Optional.empty(), 1);
    }

    static Event of(Transaction transaction, long amount) {
        return new Event(transaction.session(), Optional.of(transaction.sender().address()), Optional.empty(), amount);
    }

    static Event of(Transaction transaction, Address recipient) {
        return new Event(transaction.session(), Optional.of(transaction.sender().address()), Optional.of(recipient), 1);
    }
}
