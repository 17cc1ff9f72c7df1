package plugins.greylist;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.config.Amount;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.metrics.Metrics;
import mta.plugins.api.smtp.End;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a client to come back later when it brings mail of a sender for a recipient for the first time: mail servers do,
 * most of what sends spam does not. Runs on the sessions' threads and reads and writes no file there; a thread of its own
 * writes down what has changed. Thread-safe.
 */
@Component(
        service = {Reception.class, Greylist.class},
        configurationPid = "mta.greylist")
@Plugin("greylist")
@Designate(ocd = Greylist.Config.class)
public final class Greylist implements Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Greylist.class);

    /** How much a kill of the process may forget. */
    private static final Duration SAVE = Duration.ofSeconds(1);

    /** Note of a message: how many seconds it has waited. */
    private static final String DELAYED = "delayed";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @ObjectClassDefinition(name = "greylist", description = "Lets mail from strangers wait for their second try.")
    @interface Config {

        @AttributeDefinition(description = "Duration. How long mail of an unknown client, sender and recipient waits.")
        String delay() default "5m";

        @AttributeDefinition(description = "Duration. How long the second try may take.")
        String retryWindow() default "2d";

        @AttributeDefinition(
                description = "Duration. How long the three are known after they were last seen together; and clients.")
        String maxAge() default "35d";

        @AttributeDefinition(
                min = "0",
                description =
                        "From how many messages that waited and were taken on, counted once in an hour, a client is"
                                + " known and its mail waits no more. 0: never.")
        int deliveries() default 5;

        @AttributeDefinition(min = "8", max = "32", description = "Bits of an IPv4 client's address that count.")
        int ipv4Bits() default 24;

        @AttributeDefinition(min = "16", max = "128", description = "Bits of an IPv6 client's address that count.")
        int ipv6Bits() default 64;

        @AttributeDefinition(
                required = false,
                description = "Clients that do not wait: networks, addresses, and confirmed names, with what is below.")
        String[] clients() default {"127.0.0.0/8", "::1"};

        @AttributeDefinition(
                required = false,
                description = "Senders that do not wait: addresses, user@ at any domain, domains with what is below.")
        String[] senders() default {};

        @AttributeDefinition(
                required = false,
                description = "Recipients whose mail does not wait: addresses, user@ at any domain, domains.")
        String[] recipients() default {"postmaster@", "abuse@"};

        @AttributeDefinition(
                description = "The text of the refusal; %s are the seconds left, %r the recipient's domain.")
        String text() default "Greylisted, try again in %s seconds";

        @AttributeDefinition(description = "Whether mail that has waited says so in a field X-Greylist.")
        boolean header() default true;

        @AttributeDefinition(required = false, description = "This node's name in X-Greylist. Empty: the machine's.")
        String hostname() default "";

        @AttributeDefinition(
                min = "100",
                description = "How many of the three are remembered, 400 bytes each; and as many clients.")
        int maxEntries() default 100_000;

        @AttributeDefinition(min = "10", description = "How many of them may wait for one network of clients.")
        int maxPerNetwork() default 10_000;

        @AttributeDefinition(description = "Where they are kept; relative to the instance folder.")
        String file() default "var/greylist";
    }

    record Settings(
            Limits limits,
            int ipv4Bits,
            int ipv6Bits,
            Exemptions exemptions,
            String text,
            boolean header,
            String hostname,
            Path file) {

        static Settings of(Config config) {
            Reply.of(451, "4.7.1", config.text()); // throws for what could break out of the line
            String host = config.hostname().strip();
            return new Settings(
                    new Limits(
                            Amount.duration(config.delay()),
                            Amount.duration(config.retryWindow()),
                            Amount.duration(config.maxAge()),
                            config.deliveries(),
                            config.maxEntries(),
                            Math.min(config.maxPerNetwork(), config.maxEntries())),
                    config.ipv4Bits(),
                    config.ipv6Bits(),
                    Exemptions.of(config.clients(), config.senders(), config.recipients()),
                    config.text(),
                    config.header(),
                    Header.of("X", host).value(),
                    Path.of(System.getProperty("mta.data", ""))
                            .resolve(config.file())
                            .toAbsolutePath()
                            .normalize());
        }
    }

    private final InstantSource clock;
    private final Register register;
    private final Metrics.Counter deferred;
    private final Metrics.Counter early;
    private final Metrics.Counter passed;
    private final Metrics.Counter known;
    private final Metrics.Counter full;
    private final Thread writer;

    /** Where no other name is set. */
    private final String machine = machine();

    private volatile Settings settings;

    // Guarded by this
    private StateFile file;
    private boolean replaceWhole = true;

    private volatile Optional<String> trouble = Optional.empty();

    @Activate
    public Greylist(@Reference Metrics metrics, Config config) {
        this(metrics, config, InstantSource.system());
    }

    Greylist(Metrics metrics, Config config, InstantSource clock) {
        this.clock = clock;
        settings = Settings.of(config);
        register = new Register(settings.limits);
        deferred = metrics.counter("greylist.answers", "answer", "deferred");
        early = metrics.counter("greylist.answers", "answer", "early");
        passed = metrics.counter("greylist.answers", "answer", "passed");
        known = metrics.counter("greylist.answers", "answer", "known");
        full = metrics.counter("greylist.answers", "answer", "full");
        file = new StateFile(settings.file);
        load();
        writer = Thread.ofVirtual().name("greylist").start(this::write);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
        register.limits(settings.limits);
    }

    @Deactivate
    void close() throws InterruptedException {
        writer.interrupt();
        writer.join();
        save();
    }

    Register register() {
        return register;
    }

    Path file() {
        return settings.file;
    }

    /** What keeps the file from being written; empty: nothing. */
    Optional<String> trouble() {
        return trouble;
    }

    // -- mail ---------------------------------------------------------------------------------------------------------

    /**
     * A refusal only of what would be accepted: who asks for a recipient that does not exist is told so at once. The null
     * sender waits for DATA: it is used to find out whether an address exists, which goes no further than RCPT.
     */
    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        if (transaction.sender().address().isNull()) {
            return Verdict.next();
        }
        switch (judge(transaction, recipient)) {
            case Answer.Known _, Answer.Full _ -> {}
            case Answer.Wait wait -> transaction.pend(refusal(wait, recipient));
            case Answer.Passed after -> note(transaction, after);
        }
        return Verdict.next();
    }

    @Override
    public Verdict data(Transaction transaction) {
        Optional<Long> waited = waited(transaction);
        if (transaction.sender().address().isNull()) {
            for (Recipient recipient : transaction.recipients()) {
                switch (judge(transaction, recipient)) {
                    case Answer.Known _, Answer.Full _ -> {}
                    case Answer.Wait wait -> {
                        return Verdict.refuse(refusal(wait, recipient));
                    }
                    case Answer.Passed after -> {
                        note(transaction, after);
                        waited = Optional.of(after.waited().toSeconds());
                    }
                }
            }
        }
        Settings now = settings;
        if (now.header && waited.isPresent()) {
            String host = now.hostname.isEmpty() ? machine : now.hostname;
            String text = "delayed " + waited.get() + " seconds by " + host + "; " + DATE.format(clock.instant());
            transaction.prependHeader(Header.of("X-Greylist", text));
        }
        return Verdict.next();
    }

    @Override
    public void end(Transaction transaction, End how) {
        InetAddress client = transaction.session().remote().getAddress();
        if (how == End.COMMITTED && client != null && waited(transaction).isPresent()) {
            register.delivered(name(client), clock.instant());
        }
    }

    private Answer judge(Transaction transaction, Recipient recipient) {
        Settings now = settings;
        Session session = transaction.session();
        InetAddress client = session.remote().getAddress();
        if (client == null
                || session.user().isPresent()
                || now.exemptions.client(session, client)
                || now.exemptions.sender(transaction.sender().address())
                || now.exemptions.recipient(recipient.address())) {
            return new Answer.Known();
        }
        String network = Triplet.network(client, client instanceof Inet4Address ? now.ipv4Bits : now.ipv6Bits);
        var triplet = Triplet.of(network, transaction.sender().address(), recipient.address());
        Answer answer = register.knock(triplet, name(client), clock.instant());
        count(answer);
        return answer;
    }

    /** By which a client's deliveries are counted; one with IPv6 has at least a /64 to itself. */
    private static String name(InetAddress client) {
        return client instanceof Inet4Address ? client.getHostAddress() : Triplet.network(client, 64);
    }

    private void count(Answer answer) {
        switch (answer) {
            case Answer.Known _ -> known.increment();
            case Answer.Passed _ -> passed.increment();
            case Answer.Full _ -> full.increment();
            case Answer.Wait wait -> (wait.first() ? deferred : early).increment();
        }
    }

    /** RFC 6647 section 5.1: a 4yz reply; 4.7.1 says that it is a matter of policy. */
    private Reply refusal(Answer.Wait wait, Recipient recipient) {
        String domain = recipient.address().domain().replaceAll("[^ -~]", "?");
        String text = settings.text
                .replace("%s", Long.toString(wait.left().toSeconds()))
                .replace("%r", domain);
        return Reply.of(451, "4.7.1", text);
    }

    /** The longest of all recipients. */
    private static void note(Transaction transaction, Answer.Passed after) {
        long seconds = after.waited().toSeconds();
        if (waited(transaction).orElse(-1L) < seconds) {
            transaction.notes().put(DELAYED, seconds);
        }
    }

    private static Optional<Long> waited(Transaction transaction) {
        return transaction.notes().find(DELAYED).map(Long.class::cast);
    }

    // -- the file -----------------------------------------------------------------------------------------------------

    /** What cannot be read is lost, and mail waits once more; nothing is refused for it. */
    private void load() {
        try {
            List<String> lines = file.read();
            int senseless = register.load(lines, clock.instant());
            if (senseless > 0) {
                LOG.warn("{}: {} of {} lines make no sense and are dropped", file.path(), senseless, lines.size());
            }
        } catch (IOException e) {
            LOG.error("{} cannot be read, all mail is new: {}", file.path(), e.toString());
        }
    }

    private void write() {
        try {
            while (true) {
                save();
                Thread.sleep(SAVE);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Writes down what has changed. If that fails the whole is written the next time. */
    synchronized void save() {
        Settings now = settings;
        if (!file.path().equals(now.file)) {
            file = new StateFile(now.file);
            replaceWhole = true;
        }
        register.purge(clock.instant());
        Register.Changes changes = replaceWhole ? register.takeAll() : register.takeChanges();
        try {
            if (changes.whole()) {
                file.replace(changes.lines());
                replaceWhole = false;
            } else if (!changes.lines().isEmpty()) {
                replaceWhole = file.add(changes.lines());
            }
            trouble.ifPresent(_ -> LOG.info("{} is written again", file.path()));
            trouble = Optional.empty();
        } catch (ClosedByInterruptException e) {
            replaceWhole = true; // by close, which saves once more
        } catch (IOException | RuntimeException e) {
            if (trouble.isEmpty()) {
                LOG.error("{} cannot be written; what is known is kept in memory: {}", file.path(), e.toString());
            }
            trouble = Optional.of(e.toString());
            replaceWhole = true;
        }
    }
}
