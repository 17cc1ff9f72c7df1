package mta.core.dns;

import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import mta.plugins.api.config.Amount;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.dns.DnsAnswer.Failed;
import mta.plugins.api.dns.DnsAnswer.Found;
import mta.plugins.api.dns.DnsAnswer.Missing;
import mta.plugins.api.metrics.Metrics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/** The node's DNS: hosts file, cache, resolver. Blocks on the caller's thread. Thread-safe. */
@Component(service = Dns.class, configurationPid = "mta.dns")
@Designate(ocd = CachingDns.Settings.class)
public final class CachingDns implements Dns {

    @ObjectClassDefinition(name = "dns", description = "Name resolution.")
    public @interface Settings {

        @AttributeDefinition(
                description = "Servers to ask, as address or address:port. Empty: those in /etc/resolv.conf.")
        String[] servers() default {};

        @AttributeDefinition(description = "Duration. How long one server may take to answer.")
        String timeout() default "5s";

        @AttributeDefinition(min = "1", max = "10", description = "How often all servers are tried before giving up.")
        int rounds() default 2;

        @AttributeDefinition(
                description = "Addresses of servers that validate DNSSEC and are reached over a safe way: only their"
                        + " word (the AD bit) makes an answer secure, as DANE needs it.")
        String[] trusted() default {"127.0.0.1", "::1"};

        @AttributeDefinition(min = "0", description = "How many answers are kept.")
        int cacheSize() default 100_000;

        @AttributeDefinition(description = "Duration. Answers are kept at least this long.")
        String minTtl() default "5s";

        @AttributeDefinition(description = "Duration. Answers are kept at most this long.")
        String maxTtl() default "1d";

        @AttributeDefinition(description = "Duration. How long a failure is remembered before servers are asked again.")
        String failureTtl() default "5s";

        @AttributeDefinition(description = "A file of names with fixed addresses. Empty: none but localhost.")
        String hostsFile() default "/etc/hosts";
    }

    /** What is made of the settings; another setting replaces it as a whole and forgets all answers. */
    private record Parts(Resolver resolver, AnswerCache cache, HostsFile hosts) {
        static Parts of(DnsSettings settings) {
            return new Parts(
                    new Resolver(settings),
                    new AnswerCache(settings.cacheSize(), settings.failureTtl(), System::nanoTime),
                    new HostsFile(settings.hosts()));
        }
    }

    private volatile Parts parts;
    private final Metrics.Counter asked;
    private final Metrics.Counter failed;
    private final Metrics.Histogram duration;

    @Activate
    public CachingDns(Settings settings, @Reference Metrics metrics) {
        this(read(settings), metrics);
    }

    public CachingDns(DnsSettings settings, Metrics metrics) {
        parts = Parts.of(settings);
        asked = metrics.counter("dns.queries");
        failed = metrics.counter("dns.failures");
        duration = metrics.histogram("dns.nanos");
        metrics.gauge("dns.cached", () -> parts.cache().size());
    }

    @Modified
    void change(Settings settings) {
        parts = Parts.of(read(settings));
    }

    @Override
    public DnsAnswer<Mx> mx(String domain) {
        DnsAnswer<Mx> answer = find(
                domain,
                Type.MX,
                record -> record instanceof MXRecord mx
                        ? Optional.of(new Mx(mx.getPriority(), text(mx.getTarget())))
                        : Optional.empty());
        return answer instanceof Found<Mx>(var values, var ttl, var secure)
                ? new Found<>(
                        values.stream()
                                .sorted(Comparator.comparingInt(Mx::preference))
                                .toList(),
                        ttl,
                        secure)
                : answer;
    }

    @Override
    public DnsAnswer<InetAddress> addresses(String host) {
        Optional<InetAddress> literal = Addresses.literal(host);
        if (literal.isPresent()) {
            return new Found<>(List.of(literal.get()), Duration.ofDays(1), false);
        }
        List<InetAddress> fixed = parts.hosts().addresses(withoutDot(host.toLowerCase(Locale.ROOT)));
        if (!fixed.isEmpty()) {
            return new Found<>(fixed, Duration.ofSeconds(5), false);
        }
        return both(
                find(
                        host,
                        Type.AAAA,
                        record -> record instanceof AAAARecord six ? Optional.of(six.getAddress()) : Optional.empty()),
                a(host));
    }

    @Override
    public DnsAnswer<InetAddress> a(String name) {
        return find(
                name,
                Type.A,
                record -> record instanceof ARecord four ? Optional.of(four.getAddress()) : Optional.empty());
    }

    /** Whoever has one kind of address can be reached, whatever became of the other question. */
    private static DnsAnswer<InetAddress> both(DnsAnswer<InetAddress> six, DnsAnswer<InetAddress> four) {
        if (six instanceof Found<InetAddress> a && four instanceof Found<InetAddress> b) {
            var all = new ArrayList<>(a.values());
            all.addAll(b.values());
            return new Found<>(all, a.ttl().compareTo(b.ttl()) < 0 ? a.ttl() : b.ttl(), a.secure() && b.secure());
        }
        if (six instanceof Found<InetAddress> || four instanceof Failed<InetAddress>) {
            return six instanceof Found<InetAddress> ? six : four;
        }
        return six instanceof Failed<InetAddress> && !(four instanceof Found<InetAddress>) ? six : four;
    }

    @Override
    public DnsAnswer<String> txt(String name) {
        return find(
                name,
                Type.TXT,
                record -> record instanceof TXTRecord txt ? Optional.of(joined(txt)) : Optional.empty());
    }

    @Override
    public DnsAnswer<String> ptr(InetAddress address) {
        return find(
                ReverseMap.fromAddress(address).toString(),
                Type.PTR,
                record -> record instanceof PTRRecord ptr ? Optional.of(text(ptr.getTarget())) : Optional.empty());
    }

    @Override
    public DnsAnswer<Tlsa> tlsa(String name) {
        return find(
                name,
                Type.TLSA,
                record -> record instanceof TLSARecord tlsa
                        ? Optional.of(new Tlsa(
                                tlsa.getCertificateUsage(),
                                tlsa.getSelector(),
                                tlsa.getMatchingType(),
                                HexFormat.of().formatHex(tlsa.getCertificateAssociationData())))
                        : Optional.empty());
    }

    private <T> DnsAnswer<T> find(String text, int type, Function<Record, Optional<T>> value) {
        Name name;
        try {
            name = Name.fromString(ascii(text), Name.root);
        } catch (TextParseException | IllegalArgumentException e) {
            // No such name can exist, so it is not there: a temporary failure would be tried for days.
            return new Missing<>(false, Duration.ofDays(1));
        }
        var question = new AnswerCache.Question(type, name.toString().toLowerCase(Locale.ROOT));
        Parts now = parts;
        return now.cache().find(question, () -> ask(now.resolver(), name, type, value));
    }

    private <T> DnsAnswer<T> ask(Resolver resolver, Name name, int type, Function<Record, Optional<T>> value) {
        long began = System.nanoTime();
        asked.increment();
        DnsAnswer<T> answer = resolver.find(name, type, value);
        duration.record(System.nanoTime() - began);
        if (answer instanceof Failed) {
            failed.increment();
        }
        return answer;
    }

    /** Forgets all answers. */
    public void forget() {
        parts.cache().clear();
    }

    /** The A-label form (RFC 5890) of a name with U-labels. */
    private static String ascii(String name) {
        return name.chars().allMatch(c -> c < 128) ? name : IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    }

    private static String text(Name name) {
        return withoutDot(name.toString().toLowerCase(Locale.ROOT));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static String joined(TXTRecord txt) {
        return txt.getStringsAsByteArrays().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    private static DnsSettings read(Settings settings) {
        return new DnsSettings(
                servers(settings.servers()),
                Amount.duration(settings.timeout()),
                settings.rounds(),
                trusted(settings.trusted()),
                settings.cacheSize(),
                Amount.duration(settings.minTtl()),
                Amount.duration(settings.maxTtl()),
                Amount.duration(settings.failureTtl()),
                settings.hostsFile().isEmpty() ? Optional.empty() : Optional.of(Path.of(settings.hostsFile())));
    }

    private static List<InetSocketAddress> servers(String[] servers) {
        if (servers.length > 0) {
            return Arrays.stream(servers).map(CachingDns::server).toList();
        }
        var system = new ResolvConfResolverConfigProvider();
        system.initialize();
        return system.servers();
    }

    private static InetSocketAddress server(String text) {
        Optional<InetAddress> address = Addresses.literal(text);
        if (address.isPresent()) {
            return new InetSocketAddress(address.get(), 53);
        }
        int colon = text.lastIndexOf(':');
        return Addresses.literal(text.substring(0, Math.max(0, colon)))
                .map(host -> new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1))))
                .orElseThrow(() -> new IllegalArgumentException("a DNS server is an address, not: " + text));
    }

    private static Set<String> trusted(String[] addresses) {
        return Arrays.stream(addresses)
                .map(text -> Addresses.literal(text)
                        .orElseThrow(() -> new IllegalArgumentException("trusted: not an address: " + text))
                        .getHostAddress())
                .collect(Collectors.toSet());
    }
}
