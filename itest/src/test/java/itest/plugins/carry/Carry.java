package itest.plugins.carry;

import itest.plugins.note.Notebook;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Marks what goes out and writes down whose story has ended. */
@Component
@Plugin("carry")
public final class Carry implements Delivery {

    private final Notebook notebook;
    private final String version;

    @Activate
    public Carry(BundleContext context) {
        notebook = new Notebook(context);
        version = context.getBundle().getVersion().toString();
    }

    @Deactivate
    void stop() {
        notebook.write();
    }

    @Override
    public Verdict content(Attempt attempt, Message message) {
        message.headers().prepend(Header.of("X-Mark-Out", version));
        return Verdict.next();
    }

    @Override
    public void done(Attempt attempt, Recipient recipient, Fate fate) {
        String fateWord = fate instanceof Fate.Delivered ? "done " : "failed ";
        notebook.add(fateWord + attempt.message().headers().first("X-Bench-Id").orElse("?"));
    }
}
