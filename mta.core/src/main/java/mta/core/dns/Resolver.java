package mta.core.dns;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import mta.plugins.api.dns.DnsAnswer;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Asks the servers, without a cache. The answer is read by the names in it: a record counts only if its owner is the name
 * that was asked for or an alias of it, whatever else a server has put there. Blocks on the caller's thread. Thread-safe.
 */
final class Resolver {

    /** Longer chains of CNAMEs than this are loops or mistakes. */
    private static final int LONGEST_CHAIN = 10;

    /** EDNS buffer size that is not fragmented on any path of today (dnsflagday.net/2020). */
    private static final int UDP_SIZE = 1232;

    private final List<Server> servers;
    private final DnsSettings settings;
    private volatile int preferred;

    private record Server(InetSocketAddress address, SimpleResolver resolver, boolean trusted) {}

    private record Response(Message message, boolean trusted) {}

    Resolver(DnsSettings settings) {
        this.settings = settings;
        servers = settings.servers().stream().map(this::server).toList();
    }

    private Server server(InetSocketAddress address) {
        var resolver = new SimpleResolver(address);
        resolver.setTimeout(settings.timeout());
        resolver.setEDNS(0, UDP_SIZE, 0, List.of());
        return new Server(
                address,
                resolver,
                settings.trusted().contains(address.getAddress().getHostAddress()));
    }

    /**
     * All records of the type, read by {@code value}; a record that it finds empty does not count.
     *
     * @param type one of {@link Type}
     */
    <T> DnsAnswer<T> find(Name name, int type, Function<Record, Optional<T>> value) {
        Name at = name;
        Duration ttl = settings.maxTtl();
        boolean secure = true;
        for (int queries = 0; queries < LONGEST_CHAIN; queries++) {
            Response response;
            try {
                response = ask(Record.newRecord(at, type, DClass.IN));
            } catch (IOException e) {
                return new DnsAnswer.Failed<>(e.getMessage());
            }
            Message message = response.message();
            secure &= response.trusted() && message.getHeader().getFlag(Flags.AD);
            var chain = new Chain(message.getSection(Section.ANSWER), at, type);
            if (chain.tooLong()) {
                return new DnsAnswer.Failed<>(name + ": the aliases go on for ever");
            }
            ttl = shorter(ttl, chain.ttl());
            List<T> values = chain.records().stream()
                    .map(value)
                    .flatMap(Optional::stream)
                    .toList();
            if (!values.isEmpty()) {
                return new DnsAnswer.Found<>(values, clamp(ttl), secure);
            }
            boolean nothingMore = chain.end().equals(at) || hasAuthority(message);
            if (message.getRcode() == Rcode.NXDOMAIN || nothingMore) {
                return new DnsAnswer.Missing<>(
                        message.getRcode() != Rcode.NXDOMAIN, clamp(shorter(ttl, negativeTtl(message))));
            }
            at = chain.end(); // The server followed the alias no further: RFC 1034 section 5.3.3 step 5.
        }
        return new DnsAnswer.Failed<>(name + ": the aliases go on for ever");
    }

    private static boolean hasAuthority(Message message) {
        return message.getSection(Section.AUTHORITY).stream().anyMatch(SOARecord.class::isInstance);
    }

    /** RFC 2308 section 5: the lesser of the SOA's own time to live and its minimum field. Without SOA: not cached. */
    private static Duration negativeTtl(Message message) {
        for (Record authority : message.getSection(Section.AUTHORITY)) {
            if (authority instanceof SOARecord soa) {
                return Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum()));
            }
        }
        return Duration.ZERO;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private Duration clamp(Duration ttl) {
        Duration cut = shorter(ttl, settings.maxTtl());
        return cut.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : cut;
    }

    /** @throws IOException if no server gave an answer that settles the question */
    private Response ask(Record question) throws IOException {
        if (servers.isEmpty()) {
            throw new IOException("no DNS server is configured, and /etc/resolv.conf names none");
        }
        String reason = "";
        for (int attempt = 0; attempt < servers.size() * settings.rounds(); attempt++) {
            int index = (preferred + attempt) % servers.size();
            Server server = servers.get(index);
            try {
                Message answer = ask(server, question);
                if (answer.getRcode() == Rcode.NOERROR || answer.getRcode() == Rcode.NXDOMAIN) {
                    preferred = index;
                    return new Response(answer, server.trusted());
                }
                reason = Rcode.string(answer.getRcode());
            } catch (EOFException e) {
                reason = "the connection broke";
            } catch (IOException e) {
                reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            }
            reason = question.getName() + " " + Type.string(question.getType()) + " at " + Peer.text(server.address())
                    + ": " + reason;
        }
        throw new IOException(reason);
    }

    /** With the AD bit in the question a server that validates says so in its answer (RFC 6840 section 5.7). */
    private static Message ask(Server server, Record question) throws IOException {
        Message query = Message.newQuery(question);
        query.getHeader().setFlag(Flags.AD);
        return server.resolver().send(query);
    }

    /** How addresses of servers are written. */
    private static final class Peer {
        static String text(InetSocketAddress server) {
            return server.getAddress().getHostAddress() + "#" + server.getPort();
        }
    }

    /** The aliases in one answer section from a name onwards, and the records at their end. */
    private static final class Chain {
        private final List<Record> records = new ArrayList<>();
        private Name end;
        private long ttl = Integer.MAX_VALUE;
        private boolean tooLong;

        Chain(List<Record> answer, Name start, int type) {
            end = start;
            int steps = 0;
            while (collect(answer, type) == 0) {
                Optional<CNAMERecord> alias = alias(answer);
                if (alias.isEmpty() || type == Type.CNAME) {
                    return;
                }
                if (++steps > LONGEST_CHAIN) {
                    tooLong = true;
                    return;
                }
                ttl = Math.min(ttl, alias.get().getTTL());
                end = alias.get().getTarget();
            }
        }

        private int collect(List<Record> answer, int type) {
            for (Record record : answer) {
                if (record.getType() == type && record.getName().equals(end)) {
                    records.add(record);
                    ttl = Math.min(ttl, record.getTTL());
                }
            }
            return records.size();
        }

        private Optional<CNAMERecord> alias(List<Record> answer) {
            for (Record record : answer) {
                if (record instanceof CNAMERecord alias && alias.getName().equals(end)) {
                    return Optional.of(alias);
                }
            }
            return Optional.empty();
        }

        List<Record> records() {
            return records;
        }

        Name end() {
            return end;
        }

        Duration ttl() {
            return Duration.ofSeconds(ttl);
        }

        boolean tooLong() {
            return tooLong;
        }
    }
}
