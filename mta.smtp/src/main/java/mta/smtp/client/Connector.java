package mta.smtp.client;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;

/**
 * Opens channels: tries the hosts of a site and their addresses one after the other until one of them is ready for mail.
 * Runs on the thread that opens; thread-safe.
 */
final class Connector {

    final Protocol protocol;
    final ClientSettings settings;
    final HookPoint<Io> io;
    final Stages stages;
    final Tls tls;
    final Lookup policies;
    private final Dns dns;
    final Records records;

    Connector(
            Protocol protocol,
            ClientSettings settings,
            HookPoints hooks,
            Dns dns,
            Lookup policies,
            Tls tls,
            Records records) {
        this.protocol = protocol;
        this.settings = settings;
        this.io = hooks.point(Io.class);
        this.stages = Stages.of(hooks);
        this.dns = dns;
        this.policies = policies;
        this.tls = tls;
        this.records = records;
    }

    SmtpChannel open(Path path, List<Hop> hops, Pin pin) throws ConnectException {
        return new SmtpChannel(this, path, hops, connect(path, hops, pin));
    }

    SmtpConnection connect(Path path, List<Hop> hops, Pin pin) throws ConnectException {
        var failures = new ArrayList<Reply>();
        int left = settings.addressLimit();
        for (Hop hop : shuffled(hops)) {
            if (left == 0) {
                break;
            }
            try {
                if (hop.host().startsWith(Route.SOCKET)) {
                    left--;
                    ask(stages.dial(), path, pin, (plugin, _) -> plugin.dial(path, hop));
                    return new Opening(this, path, hop, Optional.empty(), pin).run();
                }
                Hop found = withAddresses(hop, path);
                ask(stages.dial(), path, pin, (plugin, _) -> plugin.dial(path, found));
                for (InetAddress address : found.addresses()) {
                    if (left-- == 0) {
                        break;
                    }
                    try {
                        return new Opening(this, path, found, Optional.of(address), pin).run();
                    } catch (HopFailure e) {
                        failures.add(e.reply());
                    }
                }
            } catch (HopFailure e) {
                failures.add(e.reply());
            }
        }
        throw new ConnectException(worst(failures));
    }

    /** Lowest preference first; those of equal preference in an order of their own each time (RFC 5321 section 5.1). */
    private static List<Hop> shuffled(List<Hop> hops) {
        var order = new ArrayList<>(hops);
        if (order.size() > 1) {
            Collections.shuffle(order, ThreadLocalRandom.current());
            order.sort(Comparator.comparingInt(Hop::preference));
        }
        return order;
    }

    /** The last word; a 5xx only if nobody has left a hope. */
    private static Reply worst(List<Reply> failures) {
        return failures.reversed().stream()
                .filter(reply -> !reply.isPermanent())
                .findFirst()
                .orElseGet(() -> failures.isEmpty()
                        ? Reply.of(451, "4.4.4", "there is no host to connect to")
                        : failures.getLast());
    }

    /** Runs a stage that decides whether to go on with this host. */
    void ask(Stage<Delivery> stage, Path path, Pin pin, Stage.Work<Delivery, Verdict> work) throws HopFailure {
        Selector selector = Stages.selector(path);
        if (!stage.bound(pin, selector)) {
            return;
        }
        Decision decision = stage.decide(pin, selector, work);
        if (decision.verdict() instanceof Verdict.Refuse(Reply reply, boolean _)) {
            throw new HopFailure(reply, "refused by " + decision.binding());
        }
    }

    private Hop withAddresses(Hop hop, Path path) throws HopFailure {
        List<InetAddress> all = hop.addresses().isEmpty() ? lookUp(hop.host()) : hop.addresses();
        List<InetAddress> usable = ordered(all, path.source().address());
        if (usable.isEmpty()) {
            throw new HopFailure(
                    Reply.of(
                            451,
                            "4.4.4",
                            hop.host() + " has no address that source "
                                    + path.source().name() + " can reach"),
                    "failed");
        }
        return new Hop(hop.host(), usable, hop.port(), hop.preference());
    }

    private List<InetAddress> lookUp(String host) throws HopFailure {
        return switch (dns.addresses(host)) {
            case DnsAnswer.Found<InetAddress> found -> found.values();
            case DnsAnswer.Missing<InetAddress> _ ->
                throw new HopFailure(Reply.of(550, "5.4.4", "mail exchanger " + host + " has no address"), "failed");
            case DnsAnswer.Failed<InetAddress>(String reason) ->
                throw new HopFailure(
                        Reply.of(451, "4.4.3", "address of " + host + " could not be looked up: " + reason), "failed");
        };
    }

    private List<InetAddress> ordered(List<InetAddress> addresses, Optional<InetAddress> from) {
        List<InetAddress> four =
                addresses.stream().filter(a -> a instanceof Inet4Address).toList();
        List<InetAddress> six =
                addresses.stream().filter(a -> !(a instanceof Inet4Address)).toList();
        boolean only4 = from.filter(a -> a instanceof Inet4Address).isPresent();
        boolean only6 = from.filter(a -> !(a instanceof Inet4Address)).isPresent();
        var order = new ArrayList<InetAddress>();
        switch (settings.addressOrder()) {
            case IPV4 -> {
                order.addAll(four);
                order.addAll(six);
            }
            case IPV6 -> {
                order.addAll(six);
                order.addAll(four);
            }
            case IPV4_ONLY -> order.addAll(four);
            case IPV6_ONLY -> order.addAll(six);
        }
        if (only4) {
            order.removeAll(six);
        }
        if (only6) {
            order.removeAll(four);
        }
        return order;
    }

    /** Says that a connection has ended. */
    void record(Path path, String peer, Conversation talk, int messages, Instant begun, String end, String detail) {
        if (!records.wanted("Connection")) {
            return;
        }
        Instant now = Instant.now();
        String secured = talk == null
                ? ""
                : talk.tls()
                        .map(info -> info.protocol() + " " + info.cipher() + (info.verified() ? " verified" : ""))
                        .orElse("");
        records.emit(new Connection(
                now, "out", path.name(), peer, secured, messages, java.time.Duration.between(begun, now), end, detail));
    }
}
