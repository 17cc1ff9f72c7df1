package itest.plugins.greeter;

import mta.plugins.api.Plugin;
import mta.plugins.api.SelfTest;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Component;

/** Tells whoever writes to "version" which version it is; its bundle's headers say what is wrong with it. */
@Component
@Plugin("greeter")
public final class Greeter implements Reception, SelfTest {

    private final Bundle bundle = FrameworkUtil.getBundle(Greeter.class);

    public Greeter() {
        if (header().equals("activation")) {
            throw new IllegalStateException("no such luck");
        }
    }

    private String header() {
        String header = bundle.getHeaders().get("Test-Fault");
        return header == null ? "" : header;
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        return recipient.address().localPart().equals("version")
                ? Verdict.refuse("550 5.7.1 greeter " + bundle.getVersion())
                : Verdict.next();
    }

    @Override
    public void selftest() throws Exception {
        if (header().equals("selftest")) {
            throw new Exception("its words are gone");
        }
    }
}
