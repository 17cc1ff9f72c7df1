package guide;

import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Component;

// guide: reception
@Component
@Plugin("subject-keeper")
public final class SubjectKeeper implements Reception {

    @Override
    public Verdict connect(Session session) {
        return session.remoteName().isEmpty() ? Verdict.refuse("450 4.7.25 No name for your address") : Verdict.next();
    }

    @Override
    public Verdict message(Transaction transaction, Message message) {
        if (message.headers().first("From").isEmpty()) {
            return Verdict.hold("no From"); // taken, kept from delivery until somebody releases it
        }
        if (message.headers().first("Subject").isEmpty()) {
            message.headers().append(Header.of("Subject", "(none)"));
            transaction.notes().put("subject", "added"); // goes with the message, into every later stage
        }
        return Verdict.next();
    }
}
// guide: end
