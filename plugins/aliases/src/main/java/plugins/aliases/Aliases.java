package plugins.aliases;

import java.util.Arrays;
import java.util.List;
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
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a recipient that is an alias by those who get its mail (RFC 5321 section 3.9.1). Runs on the session's thread;
 * thread-safe.
 */
@Component(configurationPid = "mta.aliases")
@Plugin("aliases")
@Designate(ocd = Aliases.Config.class)
public final class Aliases implements Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Aliases.class);
    private static final Reply CANNOT_TELL =
            Reply.of(451, "4.3.0", "Cannot tell now who gets mail for this address, try again later");
    private static final Reply TOO_LARGE = Reply.of(451, "4.3.5", "This address stands for too many others");

    @ObjectClassDefinition(name = "aliases", description = "Puts those who get its mail in the place of an alias.")
    @interface Config {

        @AttributeDefinition(
                required = false,
                description = "Domains whose recipients may be aliases, beside those that a policy calls LOCAL.")
        String[] domains() default {};

        @AttributeDefinition(min = "1", max = "100", description = "How many aliases may stand for one another.")
        int depth() default 10;

        @AttributeDefinition(min = "1", description = "How many addresses one recipient may become.")
        int most() default 1000;
    }

    private record Settings(Set<String> domains, int depth, int most) {
        static Settings of(Config config) {
            return new Settings(
                    Arrays.stream(config.domains())
                            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()),
                    config.depth(),
                    config.most());
        }
    }

    private final Lookup lookup;
    private volatile Settings settings;

    @Activate
    public Aliases(@Reference Lookup lookup, Config config) {
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
            var expansion = new Expansion(lookup, domain -> isOurs(now, domain), now.depth, now.most);
            Optional<List<Address>> others = expansion.of(address);
            if (others.isPresent()) {
                List<Recipient> recipients = others.get().stream()
                        .map(other -> named(recipient, other))
                        .toList();
                transaction.replaceRecipient(recipient, recipients);
            }
            return Verdict.next();
        } catch (Unresolved e) {
            return Verdict.refuse(CANNOT_TELL);
        } catch (Expansion.TooMuch e) {
            LOG.error("the alias {} {}", address, e.getMessage());
            return Verdict.refuse(TOO_LARGE);
        }
    }

    private static Recipient named(Recipient recipient, Address other) {
        return other.equals(recipient.address()) ? recipient : recipient.withAddress(other);
    }

    private boolean isOurs(Settings now, String domain) throws Unresolved {
        if (domain.isEmpty() || now.domains.contains(domain)) {
            return !domain.isEmpty();
        }
        return lookup.find(new DomainFor(domain)).equals(Optional.of(DomainFor.Role.LOCAL));
    }
}
