package plugins.xclient;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.config.Network;
import mta.plugins.api.smtp.Capabilities;
import mta.plugins.api.smtp.Command;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Announces XCLIENT to the clients that the settings name, and carries it out for them. Whether a connection is one of
 * theirs is decided by the address that it comes from and remembered: after XCLIENT the session has another's. Runs on
 * the session's thread; thread-safe.
 */
@Component(configurationPid = "mta.xclient")
@Plugin("xclient")
@Designate(ocd = Xclient.Config.class)
public final class Xclient implements Reception {

    private static final String TRUSTED = "trusted";
    private static final Reply DENIED = Reply.of(550, "5.7.0", "Insufficient authorization");

    @ObjectClassDefinition(name = "xclient", description = "Clients that may speak for others with XCLIENT.")
    @interface Config {

        @AttributeDefinition(description = "Networks of these clients: 192.0.2.0/24, 2001:db8::/32, single addresses.")
        String[] networks() default {};
    }

    private volatile List<Network> networks;

    @Activate
    public Xclient(Config config) {
        modified(config);
    }

    @Modified
    void modified(Config config) {
        networks = Arrays.stream(config.networks()).map(Network::parse).toList();
    }

    private boolean trusted(Session session) {
        if (session.notes().find(TRUSTED).isPresent()) {
            return true;
        }
        InetAddress client = session.remote().getAddress();
        return client != null && networks.stream().anyMatch(network -> network.contains(client));
    }

    @Override
    public Verdict helo(Session session, String name, Capabilities capabilities) {
        if (trusted(session)) {
            capabilities.announce("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
        }
        return Verdict.next();
    }

    @Override
    public Verdict command(Session session, Command command) {
        if (!command.verb().equals("XCLIENT")) {
            return Verdict.next();
        }
        if (!trusted(session)) {
            return Verdict.refuse(DENIED);
        }
        try {
            override(session, Attributes.parse(command.argument()));
        } catch (IllegalArgumentException e) {
            return Verdict.refuse(Reply.of(501, "5.5.4", e.getMessage()));
        }
        session.notes().put(TRUSTED, true);
        command.answer(Reply.of(220, "2.0.0", "Ok"));
        return Verdict.accept();
    }

    /** What is not said stays; what is said to be unknown becomes so. */
    private static void override(Session session, Attributes said) {
        InetSocketAddress remote = session.remote();
        if (said.has("ADDR") || said.has("PORT")) {
            InetAddress address = said.has("ADDR") ? said.address().orElse(null) : remote.getAddress();
            remote = address == null
                    ? InetSocketAddress.createUnresolved("unknown", 0)
                    : new InetSocketAddress(address, said.port());
        }
        session.override(
                remote,
                said.has("NAME") ? said.text("NAME") : said.has("ADDR") ? Optional.empty() : session.remoteName(),
                said.has("HELO") ? said.text("HELO") : session.helo(),
                said.has("LOGIN") ? said.text("LOGIN") : session.user());
    }
}
