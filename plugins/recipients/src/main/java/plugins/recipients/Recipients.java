package plugins.recipients;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mta.plugins.api.Address;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.UserFor;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Refuses a recipient of a domain of ours that is neither a user nor an alias, so that no mail is taken that can only
 * bounce (RFC 5321 section 3.6.2 and, on backscatter, section 7.8). Runs on the session's thread; thread-safe.
 */
@Component(configurationPid = "mta.recipients")
@Plugin("recipients")
@Designate(ocd = Recipients.Config.class)
public final class Recipients implements Reception {

    private static final Reply UNKNOWN = Reply.of(550, "5.1.1", "There is no such mailbox here");
    private static final Reply DISABLED = Reply.of(550, "5.2.1", "This mailbox takes no mail");
    private static final Reply CANNOT_TELL =
            Reply.of(451, "4.3.0", "Cannot tell now whether there is such a mailbox, try again later");
    private static final Reply TOO_MANY = Reply.of(421, "4.7.0", "Too many recipients that are not there");

    @ObjectClassDefinition(name = "recipients", description = "Refuses recipients that nobody has.")
    @interface Config {

        @AttributeDefinition(
                required = false,
                description = "Domains whose recipients are checked, beside those that a policy calls LOCAL.")
        String[] domains() default {};

        @AttributeDefinition(
                required = false,
                description = "What separates a name from its extension: with + mail for ann+shop is ann's. Empty:"
                        + " nothing does.")
        String extension() default "+";

        @AttributeDefinition(description = "Whether upper and lower case are the same in names.")
        boolean fold() default true;

        @AttributeDefinition(
                description = "Whether postmaster is taken in every checked domain (RFC 5321 section 4.5.1).")
        boolean postmaster() default true;

        @AttributeDefinition(
                min = "0",
                description = "After so many recipients that are not there a session is closed: somebody is guessing"
                        + " names. 0: never.")
        int mostUnknown() default 20;
    }

    private record Settings(Set<String> domains, String extension, boolean fold, boolean postmaster, int mostUnknown) {
        static Settings of(Config config) {
            return new Settings(
                    Arrays.stream(config.domains())
                            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()),
                    config.extension(),
                    config.fold(),
                    config.postmaster(),
                    config.mostUnknown());
        }
    }

    private final Lookup lookup;
    private volatile Settings settings;

    @Activate
    public Recipients(@Reference Lookup lookup, Config config) {
        this.lookup = lookup;
        this.settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        Settings now = settings;
        Address address = recipient.address();
        try {
            if (!isChecked(now, address.domain()) || isPostmaster(now, address)) {
                return Verdict.next();
            }
            for (Address name : names(now, address)) {
                Optional<UserFor.User> user = lookup.find(new UserFor(name.toString()));
                if (user.isPresent()) {
                    return user.get().enabled() ? Verdict.next() : Verdict.refuse(DISABLED);
                }
                if (lookup.find(new AliasFor(name)).isPresent()) {
                    return Verdict.next();
                }
            }
            return unknown(now, transaction.session());
        } catch (Unresolved e) {
            return Verdict.refuse(CANNOT_TELL);
        }
    }

    private boolean isChecked(Settings now, String domain) throws Unresolved {
        if (domain.isEmpty() || now.domains.contains(domain)) {
            return !domain.isEmpty();
        }
        return lookup.find(new DomainFor(domain)).equals(Optional.of(DomainFor.Role.LOCAL));
    }

    private static boolean isPostmaster(Settings now, Address address) {
        return now.postmaster && address.localPart().equalsIgnoreCase("postmaster");
    }

    /** As it is written, then without its extension. */
    private static Set<Address> names(Settings now, Address address) {
        String local = now.fold ? address.localPart().toLowerCase(Locale.ROOT) : address.localPart();
        var names = new LinkedHashSet<Address>();
        names.add(new Address(local, address.domain()));
        int end = now.extension.isEmpty() ? -1 : local.indexOf(now.extension, 1);
        if (end > 0) {
            names.add(new Address(local.substring(0, end), address.domain()));
        }
        return names;
    }

    private static Verdict unknown(Settings now, Session session) {
        long count = session.notes().find("unknown").map(seen -> (Long) seen).orElse(0L) + 1;
        session.notes().put("unknown", count);
        return now.mostUnknown > 0 && count > now.mostUnknown ? Verdict.close(TOO_MANY) : Verdict.refuse(UNKNOWN);
    }
}
