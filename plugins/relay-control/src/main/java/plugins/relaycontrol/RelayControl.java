package plugins.relaycontrol;

import java.net.InetAddress;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.config.Network;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Lookup;
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
 * Takes a recipient if the client may send to anybody, or if the recipient's domain is one that this node takes mail
 * for. Runs on the session's thread; thread-safe, its settings are one immutable value.
 */
@Component(configurationPid = "mta.relay-control")
@Plugin("relay-control")
@Designate(ocd = RelayControl.Config.class)
public final class RelayControl implements Reception {

    private static final Reply DENIED =
            Reply.of(550, "5.7.1", "Relaying denied: authenticate, or send from a permitted network");
    private static final Reply ROUTED =
            Reply.of(550, "5.7.1", "Relaying denied: the address routes mail through this host");
    private static final Reply CLOSED = Reply.of(550, "5.7.1", "No mail is taken for this domain");
    private static final Reply UNKNOWN =
            Reply.of(451, "4.3.0", "Cannot tell now whether mail is taken for this domain, try again later");
    private static final Reply NO_DOMAIN = Reply.of(550, "5.1.3", "The recipient address needs a domain");

    @ObjectClassDefinition(name = "relay-control", description = "Who may send mail through this node, and to where.")
    @interface Config {

        @AttributeDefinition(
                description = "Networks whose clients may send to anybody: 192.0.2.0/24, 2001:db8::/32,"
                        + " or single addresses.")
        String[] networks() default {"127.0.0.0/8", "::1/128"};

        @AttributeDefinition(
                description =
                        "Whether clients that have authenticated may send to anybody. Without users" + " nobody can.")
        boolean authenticated() default true;

        @AttributeDefinition(
                description = "Domains that anybody may send to: example.org, and *.example.org for all"
                        + " below it. Policies that answer DomainFor are asked about others.")
        String[] domains() default {};

        @AttributeDefinition(
                description = "Where mail for <postmaster> without a domain goes, such as"
                        + " admin@example.org. Empty: such mail is refused.")
        String postmaster() default "";
    }

    private record Settings(
            List<Network> networks, boolean authenticated, Domains domains, Optional<Recipient> postmaster) {

        static Settings of(Config config) {
            return new Settings(
                    Arrays.stream(config.networks()).map(Settings::network).toList(),
                    config.authenticated(),
                    Domains.parse(Arrays.asList(config.domains())),
                    postmaster(config.postmaster().strip()));
        }

        private static Network network(String text) {
            Network network = Network.parse(text);
            if (network.prefix() == 0) {
                throw new IllegalArgumentException(text + " is the whole Internet: that would be an open relay");
            }
            return network;
        }

        private static Optional<Recipient> postmaster(String text) {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Address address = Address.of(text);
            if (address.domain().isEmpty()) {
                throw new IllegalArgumentException("postmaster: an address with a domain, not: " + text);
            }
            return Optional.of(Recipient.of(address));
        }
    }

    private final Lookup lookup;
    private volatile Settings settings;

    @Activate
    public RelayControl(@Reference Lookup lookup, Config config) {
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
        if (address.domain().isEmpty()) {
            return withoutDomain(now, transaction, recipient);
        }
        if (mayRelay(now, transaction.session())) {
            return Verdict.accept();
        }
        Verdict verdict = toDomain(now, address.domain());
        // Also where the domain is ours: the host behind us may read the local part as a route to elsewhere
        return verdict instanceof Verdict.Accept && routes(address.localPart()) ? Verdict.refuse(ROUTED) : verdict;
    }

    /** RFC 5321 section 4.5.1: mail for the bare postmaster is to be taken from anybody, if somebody reads it. */
    private static Verdict withoutDomain(Settings now, Transaction transaction, Recipient recipient) {
        boolean postmaster = recipient.address().localPart().equalsIgnoreCase("postmaster");
        if (!postmaster || now.postmaster.isEmpty()) {
            return Verdict.refuse(NO_DOMAIN);
        }
        Address target = now.postmaster.get().address();
        transaction.replaceRecipient(recipient, List.of(recipient.withAddress(target)));
        return Verdict.accept();
    }

    private static boolean mayRelay(Settings now, Session session) {
        if (now.authenticated && session.user().isPresent()) {
            return true;
        }
        InetAddress client = session.remote().getAddress();
        if (client == null) {
            return false; // a Unix-domain socket has no address
        }
        for (Network network : now.networks) {
            if (network.contains(client)) {
                return true;
            }
        }
        return false;
    }

    private Verdict toDomain(Settings now, String domain) {
        if (now.domains.contains(domain)) {
            return Verdict.accept();
        }
        try {
            Optional<DomainFor.Role> role = lookup.find(new DomainFor(domain));
            return role.map(RelayControl::byRole).orElse(Verdict.refuse(DENIED));
        } catch (Unresolved e) {
            return Verdict.refuse(UNKNOWN);
        }
    }

    private static Verdict byRole(DomainFor.Role role) {
        return switch (role) {
            case RELAY, LOCAL -> Verdict.accept();
            case CLOSED -> Verdict.refuse(CLOSED);
        };
    }

    /**
     * Whether some mail system would send it on to somewhere else: {@code user%other}, {@code other!user},
     * {@code "user@other"}, {@code @other:user}. Compatibility forms (full-width {@code ＠}) count as what they become.
     */
    private static boolean routes(String localPart) {
        String plain = Normalizer.normalize(localPart, Normalizer.Form.NFKC);
        return plain.indexOf('@') >= 0 || plain.indexOf('%') >= 0 || plain.indexOf('!') >= 0;
    }
}
