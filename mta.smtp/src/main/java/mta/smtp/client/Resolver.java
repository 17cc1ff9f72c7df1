package mta.smtp.client;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.Dns.Mx;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.SiteFor;

/** Finds the hosts of a destination, RFC 5321 section 5.1. Runs on the thread that asks; thread-safe. */
final class Resolver {

    /** Room for the preferences of one part of a destination, so that its hosts come before those of the next. */
    private static final int PART = 1 << 17;

    private final String transport;
    private final boolean exchangers;
    private final Dns dns;
    private final Lookup policies;
    private final ClientSettings settings;

    /** @param exchangers whether a domain is served by its mail exchangers, rather than being a host itself (LMTP) */
    Resolver(String transport, boolean exchangers, Dns dns, Lookup policies, ClientSettings settings) {
        this.transport = transport;
        this.exchangers = exchangers;
        this.dns = dns;
        this.policies = policies;
        this.settings = settings;
    }

    Resolution resolve(String destination) {
        Resolution found = find(destination);
        if (!(found instanceof Resolution.Site site)) {
            return found;
        }
        Optional<String> named;
        try {
            named = policies.find(new SiteFor(transport, destination));
        } catch (Unresolved e) {
            return new Resolution.Unknown(
                    Reply.of(451, "4.3.5", "the site of " + destination + " could not be told: " + e.getMessage()));
        }
        return new Resolution.Site(named.orElse(site.site()), site.hops(), bounded(site.ttl()));
    }

    private Duration bounded(Duration ttl) {
        Duration atLeast = ttl.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : ttl;
        return atLeast.compareTo(settings.maxTtl()) > 0 ? settings.maxTtl() : atLeast;
    }

    private Resolution find(String destination) {
        List<Route> routes;
        try {
            routes = Route.parse(destination);
        } catch (IllegalArgumentException e) {
            return new Resolution.Unroutable(
                    Reply.of(550, "5.1.2", "not a destination: " + printable(destination) + ": " + e.getMessage()));
        }
        var parts = routes.stream().map(this::part).toList();
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        var hops = new ArrayList<Hop>();
        Duration ttl = settings.maxTtl();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Resolution.Site site) {
                int behind = i * PART;
                site.hops()
                        .forEach(hop ->
                                hops.add(new Hop(hop.host(), hop.addresses(), hop.port(), behind + hop.preference())));
                ttl = site.ttl().compareTo(ttl) < 0 ? site.ttl() : ttl;
            }
        }
        if (hops.isEmpty()) {
            return parts.stream()
                    .filter(part -> part instanceof Resolution.Unknown)
                    .findFirst()
                    .orElse(parts.getFirst());
        }
        return site(hops, ttl);
    }

    private Resolution part(Route route) {
        return switch (route) {
            case Route.Host(String name, Optional<InetAddress> address, int port) ->
                site(List.of(hop(name, address, port)), settings.maxTtl());
            case Route.Socket(String name) ->
                exchangers
                        // A recipient's domain must not lead to a program on this machine.
                        ? new Resolution.Unroutable(Reply.of(550, "5.1.2", "not a destination for SMTP: " + name))
                        : site(List.of(hop(name, Optional.empty(), 0)), settings.maxTtl());
            case Route.Domain(String name) ->
                exchangers ? exchangers(name) : site(List.of(hop(name, Optional.empty(), 0)), settings.maxTtl());
        };
    }

    private Hop hop(String name, Optional<InetAddress> address, int port) {
        return new Hop(name, address.stream().toList(), port == 0 ? settings.port() : port, 0);
    }

    private Resolution exchangers(String domain) {
        return switch (dns.mx(domain)) {
            case DnsAnswer.Failed<Mx>(String reason) ->
                new Resolution.Unknown(
                        Reply.of(451, "4.4.3", "mail exchangers of " + domain + " could not be looked up: " + reason));
            case DnsAnswer.Missing<Mx>(boolean nameExists, Duration ttl) ->
                nameExists
                        ? itself(domain, ttl)
                        : new Resolution.Unroutable(Reply.of(550, "5.1.2", "no such domain: " + domain));
            case DnsAnswer.Found<Mx>(List<Mx> values, Duration ttl, boolean _) -> usable(domain, values, ttl);
        };
    }

    /** Without MX records the domain is its own mail exchanger, if it has an address. */
    private Resolution itself(String domain, Duration ttl) {
        return switch (dns.addresses(domain)) {
            case DnsAnswer.Failed<InetAddress>(String reason) ->
                new Resolution.Unknown(
                        Reply.of(451, "4.4.3", "addresses of " + domain + " could not be looked up: " + reason));
            case DnsAnswer.Missing<InetAddress> _ ->
                new Resolution.Unroutable(
                        Reply.of(550, "5.4.4", domain + " has neither mail exchangers nor an address"));
            case DnsAnswer.Found<InetAddress> _ ->
                settings.ownNames().contains(domain)
                        ? circle(domain)
                        : site(List.of(new Hop(domain, List.of(), settings.port(), 0)), ttl);
        };
    }

    private Resolution usable(String domain, List<Mx> values, Duration ttl) {
        List<Mx> named = values.stream().filter(mx -> !mx.host().isEmpty()).toList();
        if (named.isEmpty()) {
            // RFC 7505 section 4.
            return new Resolution.Unroutable(Reply.of(556, "5.1.10", domain + " takes no mail (null MX)"));
        }
        int own = named.stream()
                .filter(mx -> settings.ownNames().contains(mx.host()))
                .mapToInt(Mx::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        // Those at our own preference or behind it would send it back here.
        List<Hop> hops = named.stream()
                .filter(mx -> mx.preference() < own)
                .map(mx -> new Hop(mx.host(), List.of(), settings.port(), mx.preference()))
                .toList();
        return hops.isEmpty() ? circle(domain) : site(hops, ttl);
    }

    private static Resolution circle(String domain) {
        return new Resolution.Unroutable(Reply.of(
                554, "5.4.6", "the best mail exchanger of " + domain + " is this node, which does not keep it"));
    }

    private Resolution site(List<Hop> hops, Duration ttl) {
        String name = SiteName.of(hops.stream()
                .map(hop -> hop.port() == settings.port() ? hop.host() : hop.host() + ":" + hop.port())
                .toList());
        return new Resolution.Site(name, hops, ttl);
    }

    private static String printable(String text) {
        return text.chars()
                .limit(255)
                .collect(
                        StringBuilder::new,
                        (out, c) -> out.append(c < ' ' || c == 127 ? '?' : (char) c),
                        StringBuilder::append)
                .toString();
    }
}
