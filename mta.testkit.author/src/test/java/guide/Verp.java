package guide;

import java.time.Instant;
import java.util.Map;
import mta.plugins.api.Address;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

// guide: delivery
@Component
@Plugin("verp")
public final class Verp implements Delivery {

    private final Records records;

    @Activate
    public Verp(@Reference Records records) {
        this.records = records;
    }

    @Override
    public Verdict envelope(Attempt attempt, Message message) { // for this attempt only
        Address to = attempt.recipients().getFirst().address();
        Address from = message.envelope().sender().address();
        if (!from.isNull() && attempt.recipients().size() == 1) {
            String local = from.localPart() + "+" + to.localPart() + "=" + to.domain();
            message.replaceSender(message.envelope().sender().withAddress(new Address(local, from.domain())));
        }
        return Verdict.next();
    }

    @Override
    public Verdict retry(Attempt attempt, Recipient recipient, Reply reply, Instant next) {
        return reply.code() == 452 && attempt.number() > 3
                ? Verdict.refuse("552 5.2.2 The mailbox has been full for too long")
                : Verdict.next();
    }

    @Override
    public void done(Attempt attempt, Recipient recipient, Fate fate) { // exactly once for each recipient
        records.emit(new LogRecord.Event(
                Instant.now(), "Verp", Map.of("fate", fate.reply().toString())));
    }
}
// guide: end
