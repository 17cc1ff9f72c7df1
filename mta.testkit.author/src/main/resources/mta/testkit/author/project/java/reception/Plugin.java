package @package@;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Refuses recipients whose mailbox is closed. One instance serves all sessions at once, each on a thread of its own. */
@Component(configurationPid = "mta.@name@")
@Plugin("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements Reception {

    @ObjectClassDefinition(name = "@name@", description = "Mailboxes that are closed.")
    public @interface Config {

        @AttributeDefinition(description = "Local parts that are refused, such as nobody.")
        String[] closed() default {"nobody"};
    }

    private volatile Set<String> closed;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        Set<String> now = new TreeSet<>();
        for (String name : config.closed()) {
            now.add(name.toLowerCase(Locale.ROOT));
        }
        closed = now;
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        if (closed.contains(recipient.address().localPart().toLowerCase(Locale.ROOT))) {
            return Verdict.refuse("550 5.2.1 This mailbox is closed");
        }
        return Verdict.next(); // no opinion: others decide
    }
}
