package itest.plugins.mark;

import itest.plugins.note.Notebook;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Close;
import mta.plugins.api.smtp.End;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Marks what comes in and writes down beginnings and ends. */
@Component
@Plugin("mark")
public final class Mark implements Reception {

    private final Notebook notebook;
    private final String version;

    @Activate
    public Mark(BundleContext context) {
        notebook = new Notebook(context);
        version = context.getBundle().getVersion().toString();
    }

    @Deactivate
    void stop() {
        notebook.write();
    }

    @Override
    public Verdict connect(Session session) {
        notebook.add("connect " + session.id());
        return Verdict.next();
    }

    @Override
    public Verdict mail(Transaction transaction, Sender sender) {
        notebook.add("mail " + transaction.id());
        return Verdict.next();
    }

    @Override
    public Verdict message(Transaction transaction, Message message) {
        message.headers().prepend(Header.of("X-Mark-In", version));
        return Verdict.next();
    }

    @Override
    public void end(Transaction transaction, End how) {
        notebook.add("end " + transaction.id());
    }

    @Override
    public void close(Session session, Close why) {
        notebook.add("close " + session.id());
    }
}
