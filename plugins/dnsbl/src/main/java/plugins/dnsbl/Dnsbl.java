package plugins.dnsbl;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.mail.Recipient;
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
 * Refuses the recipients of a client that lists name. At RCPT, when it is known whether the client has authenticated and
 * the record says whom the mail was for; the lists are asked once in a session, all at the same time. Runs on the
 * session's thread; thread-safe.
 */
@Component(configurationPid = "mta.dnsbl")
@Plugin("dnsbl")
@Designate(ocd = Dnsbl.Config.class)
public final class Dnsbl implements Reception {

    @ObjectClassDefinition(name = "dnsbl", description = "Refuses clients that lists in the DNS name.")
    @interface Config {

        @AttributeDefinition(
                required = false,
                description =
                        "Lists: zone, zone=127.0.0.[2..11] for some answers only, zone*3 with a weight; below zero"
                                + " for lists of good clients.")
        String[] lists() default {};

        @AttributeDefinition(description = "From which sum of weights on a client is refused.")
        int threshold() default 1;
    }

    record Settings(List<DnsList> lists, int threshold) {
        static Settings of(Config config) {
            return new Settings(
                    Arrays.stream(config.lists())
                            .filter(text -> !text.isBlank())
                            .map(DnsList::parse)
                            .toList(),
                    config.threshold());
        }
    }

    /** What all lists together say. */
    private record Finding(long score, String zone, String reason) {}

    private final Dns dns;
    private volatile Settings settings;

    @Activate
    public Dnsbl(@Reference Dns dns, Config config) {
        this.dns = dns;
        this.settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) throws InterruptedException {
        Settings now = settings;
        Session session = transaction.session();
        InetAddress client = session.remote().getAddress();
        if (now.lists.isEmpty() || session.user().isPresent() || client == null || isOwn(client)) {
            return Verdict.next();
        }
        Optional<Object> known = session.notes().find("reply");
        String reply = known.isPresent() ? known.get().toString() : reply(now, client);
        if (known.isEmpty()) {
            session.notes().put("reply", reply);
        }
        return reply.isEmpty() ? Verdict.next() : Verdict.refuse(Reply.of(550, "5.7.1", reply));
    }

    /** No list has anything to say about them. */
    private static boolean isOwn(InetAddress client) {
        return client.isLoopbackAddress() || client.isSiteLocalAddress() || client.isLinkLocalAddress();
    }

    /** The text of a refusal, or the empty string. */
    private String reply(Settings now, InetAddress client) throws InterruptedException {
        Finding finding = ask(now.lists, client);
        if (finding.score < now.threshold) {
            return "";
        }
        String reason = finding.reason.isEmpty() ? "" : "; " + finding.reason;
        return "Client [" + client.getHostAddress() + "] is listed by " + finding.zone + reason;
    }

    private Finding ask(List<DnsList> lists, InetAddress client) throws InterruptedException {
        var asked = new ArrayList<Callable<Boolean>>();
        lists.forEach(list -> asked.add(() -> isListed(list, client)));
        long score = 0;
        Optional<DnsList> heaviest = Optional.empty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = threads.invokeAll(asked);
            for (int i = 0; i < lists.size(); i++) {
                DnsList list = lists.get(i);
                if (answers.get(i).get()) {
                    score += list.weight();
                    heaviest = heaviest.filter(other -> other.weight() >= list.weight())
                            .or(() -> Optional.of(list));
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // Dns never throws for what the DNS says
        }
        return new Finding(
                score,
                heaviest.map(DnsList::zone).orElse(""),
                heaviest.map(list -> reason(list, client)).orElse(""));
    }

    /** A list that does not answer says nothing: it must not decide over everybody's mail by being away. */
    private boolean isListed(DnsList list, InetAddress client) {
        return dns.a(list.name(client)) instanceof DnsAnswer.Found<InetAddress> found
                && found.values().stream().anyMatch(list::means);
    }

    /** What the list says about it (RFC 5782 section 2.1), without what could break out of a reply. */
    private String reason(DnsList list, InetAddress client) {
        if (!(dns.txt(list.name(client)) instanceof DnsAnswer.Found<String> found)) {
            return "";
        }
        String text = found.values().getFirst().replaceAll("[^ -~]", " ").strip();
        return text.length() > 200 ? text.substring(0, 200) : text;
    }
}
