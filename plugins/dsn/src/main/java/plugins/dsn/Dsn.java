package plugins.dsn;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.config.Amount;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;
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
 * Tells senders what became of their mail, once the queue says that a notice is due, and refuses mail that goes in
 * circles. Runs on the threads of attempts and sessions; thread-safe, its settings are one immutable value.
 */
@Component(
        configurationPid = "mta.dsn",
        service = {Delivery.class, Reception.class})
@Plugin("dsn")
@Designate(ocd = Dsn.Config.class)
public final class Dsn implements Delivery, Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Dsn.class);

    @ObjectClassDefinition(name = "dsn", description = "Delivery status notifications and loop detection.")
    @interface Config {

        @AttributeDefinition(
                description =
                        "Name of this node in notifications (Reporting-MTA). Empty: the full name" + " of the machine.")
        String hostname() default "";

        @AttributeDefinition(description = "Address in the From field of notifications. Empty: MAILER-DAEMON@hostname.")
        String from() default "";

        @AttributeDefinition(
                description = "What a failure notice returns when the sender has not said (RET): headers or" + " full.")
        String returned() default "headers";

        @AttributeDefinition(
                description =
                        "Size. Longer messages are returned as their header section, and that cut" + " to this size.")
        String maxReturned() default "256KiB";

        @AttributeDefinition(
                description = "Folder with texts that replace the built-in ones: failure.txt, delay.txt,"
                        + " success.txt, reasons.properties; relative to the instance folder. Empty: none.")
        String templates() default "";

        @AttributeDefinition(description = "Who is told when a notification itself cannot be delivered. Empty: nobody.")
        String postmaster() default "";

        @AttributeDefinition(description = "A message with more Received fields than this is refused as looping.")
        int maxHops() default 50;
    }

    private record Settings(
            String host,
            String from,
            boolean full,
            long maxReturned,
            Texts texts,
            Optional<Address> postmaster,
            int maxHops) {

        static Settings of(Config config) throws IOException {
            boolean full = switch (config.returned()) {
                case "full" -> true;
                case "headers" -> false;
                default -> throw new IllegalArgumentException("returned: headers or full, not " + config.returned());
            };
            if (config.maxHops() < 1) {
                throw new IllegalArgumentException("maxHops: 1 or more, not " + config.maxHops());
            }
            String host =
                    config.hostname().isBlank() ? machine() : config.hostname().strip();
            String from = config.from().isBlank()
                    ? "MAILER-DAEMON@" + host
                    : config.from().strip();
            Path data = Path.of(System.getProperty("mta.data", ""));
            Optional<Path> templates = Optional.of(config.templates())
                    .filter(name -> !name.isBlank())
                    .map(data::resolve);
            return new Settings(
                    host,
                    Address.of(from).toString(),
                    full,
                    Amount.bytes(config.maxReturned()),
                    Texts.load(templates),
                    Optional.of(config.postmaster().strip())
                            .filter(text -> !text.isEmpty())
                            .map(Address::of),
                    config.maxHops());
        }

        private static String machine() {
            try {
                return InetAddress.getLocalHost().getCanonicalHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }
    }

    private final Intake intake;
    private final InstantSource clock;
    private volatile Settings settings;

    @Activate
    public Dsn(@Reference Intake intake, Config config) throws IOException {
        this(intake, config, InstantSource.system());
    }

    Dsn(Intake intake, Config config, InstantSource clock) throws IOException {
        this.intake = intake;
        this.clock = clock;
        this.settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) throws IOException {
        settings = Settings.of(config);
    }

    /** RFC 5321 section 6.3: loops are found by counting Received fields. */
    @Override
    public Verdict headers(Transaction transaction, Message message) {
        int hops = message.headers().all("Received").size();
        return hops <= settings.maxHops
                ? Verdict.next()
                : Verdict.refuse(Reply.of(554, "5.4.6", "Mail loop: the message has passed " + hops + " hosts"));
    }

    @Override
    public Verdict bounce(Notice notice) throws IOException {
        Settings now = settings;
        List<Notice.Report> wanted = notice.recipients().stream()
                .filter(report -> wanted(notice.kind(), report))
                .toList();
        if (wanted.isEmpty()) {
            return Verdict.discard("not asked for");
        }
        Optional<Address> target = target(now, notice);
        return target.isEmpty()
                ? Verdict.discard("no notice about a notice")
                : tell(now, target.get(), new Notice(notice.kind(), notice.message(), wanted));
    }

    private static boolean wanted(Notify kind, Notice.Report report) {
        boolean silent = report.fate() instanceof Fate.Removed removed && !removed.tellSender();
        // RFC 3461 section 5.2.2: the next hop has taken over the duty to tell
        boolean passedOn = report.fate() instanceof Fate.Delivered delivered && delivered.relayedWithDsn();
        return report.recipient().wants(kind) && !silent && !passedOn;
    }

    /** RFC 3464 section 2: nothing is sent to the null reverse-path; a postmaster may want to know of lost notices. */
    private static Optional<Address> target(Settings now, Notice notice) {
        Address sender = notice.message().envelope().sender().address();
        if (!sender.isNull()) {
            return Optional.of(sender);
        }
        if (notice.kind() != Notify.FAILURE || now.postmaster.isEmpty()) {
            return Optional.empty();
        }
        // The notice to the postmaster has a null sender, too: should it fail, that is the end of it
        boolean toPostmaster = notice.recipients().stream()
                .anyMatch(report -> report.recipient().address().equals(now.postmaster.get()));
        return toPostmaster ? Optional.empty() : now.postmaster;
    }

    private Verdict tell(Settings now, Address target, Notice notice) throws IOException {
        Sender original = notice.message().envelope().sender();
        boolean utf8 = original.smtpUtf8() || !isAscii(target.toString());
        var writer = new NoticeWriter(now.host, now.from, now.texts, target, notice, utf8, clock.instant());
        NoticeWriter.Returned returned = writer.returned(now.full, now.maxReturned);
        BodyType body = returned.eightBit() || utf8 ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT;
        // RFC 3461 section 6.2: null reverse-path, no RET, NOTIFY only as NEVER. RFC 8689 section 5: REQUIRETLS stays
        var sender = new Sender(
                Address.NULL,
                body,
                OptionalLong.empty(),
                utf8,
                original.requireTls(),
                Sender.Ret.UNSPECIFIED,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Map.of());
        var recipient = new Recipient(target, Set.of(Notify.NEVER), Optional.empty(), Map.of());
        try (Intake.Draft draft = intake.open(Intake.Origin.bounce("dsn"), new Envelope(sender, List.of(recipient)))) {
            writer.write(draft.id(), returned, draft.content());
            return switch (draft.commit()) {
                case Intake.Stored _, Intake.Dropped _ -> Verdict.accept();
                case Intake.Refused refused -> refused(notice, refused.reply());
            };
        }
    }

    private static Verdict refused(Notice notice, Reply reply) {
        if (reply.isTransient()) {
            return Verdict.refuse(reply); // the queue asks again
        }
        LOG.warn(
                "{}: the notice to its sender was refused for good: {}",
                notice.message().id(),
                reply);
        return Verdict.accept();
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }
}
