package mta.core.intake;

import java.time.InstantSource;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.routing.Intake;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Wires {@link MailIntake}: there as soon as the queue is, with ids that go on from the queue's highest. */
@Component(service = Intake.class)
public final class IntakeService implements Intake {

    private final MailIntake intake;

    @Activate
    public IntakeService(@Reference Store store, @Reference HookPoints hooks, @Reference Records records) {
        var ids = new MessageId(InstantSource.system());
        ids.after(store.highestId());
        this.intake = new MailIntake(store, hooks, records, ids, InstantSource.system());
    }

    @Override
    public Draft open(Origin origin, Envelope envelope) {
        return intake.open(origin, envelope);
    }

    @Override
    public Draft open(Origin origin, Envelope envelope, Pin pin) {
        return intake.open(origin, envelope, pin);
    }
}
