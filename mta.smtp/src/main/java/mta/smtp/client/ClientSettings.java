package mta.smtp.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.config.Amount;

/**
 * How this node talks to other servers, where the path does not say it.
 *
 * @param helo name said in EHLO unless the source has its own
 * @param ownNames names under which others know this node, for the detection of loops; {@code helo} is one of them
 * @param port where a destination does not name one
 * @param addressOrder which addresses of a host are tried, and which first
 * @param addressLimit how many addresses are tried before it is given up
 * @param minTtl how long a destination's hosts are believed at least
 * @param maxTtl and at most
 * @param handshakeTimeout for TLS
 * @param blockTimeout for the far side to take a piece of content
 * @param finalTimeout for the reply to the end of the content
 * @param quitTimeout for the reply to QUIT
 * @param tlsProtocols versions that are offered
 * @param tlsFallback whether an opportunistic path goes on in plain text where the handshake fails
 * @param chunking whether content goes as BDAT where CHUNKING is offered
 * @param ignoredKeywords of EHLO, upper case
 */
public record ClientSettings(
        String helo,
        Set<String> ownNames,
        int port,
        AddressOrder addressOrder,
        int addressLimit,
        Duration minTtl,
        Duration maxTtl,
        Duration handshakeTimeout,
        Duration blockTimeout,
        Duration finalTimeout,
        Duration quitTimeout,
        List<String> tlsProtocols,
        boolean tlsFallback,
        boolean chunking,
        Set<String> ignoredKeywords) {

    /** Which addresses of a host are tried, and which first. */
    public enum AddressOrder {
        IPV4,
        IPV6,
        IPV4_ONLY,
        IPV6_ONLY
    }

    public ClientSettings {
        ownNames = Set.copyOf(ownNames);
        tlsProtocols = List.copyOf(tlsProtocols);
        ignoredKeywords = Set.copyOf(ignoredKeywords);
    }

    /** What holds where nothing is configured. */
    public static ClientSettings defaults(String helo) {
        return new ClientSettings(
                helo,
                Set.of(helo),
                25,
                AddressOrder.IPV4,
                8,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(3),
                Duration.ofMinutes(10),
                Duration.ofSeconds(2),
                List.of("TLSv1.2", "TLSv1.3"),
                true,
                false,
                Set.of());
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the setting */
    static ClientSettings of(ClientConfig config, String hostname, int port) {
        String helo = config.helo().isBlank() ? hostname : config.helo().strip();
        return new ClientSettings(
                helo,
                Stream.concat(Stream.of(helo, hostname), Stream.of(config.ownNames()))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet()),
                port,
                addressOrder(config.addressOrder()),
                Math.max(1, config.addressLimit()),
                Amount.duration(config.minTtl()),
                Amount.duration(config.maxTtl()),
                Amount.duration(config.tlsHandshakeTimeout()),
                Amount.duration(config.dataBlockTimeout()),
                Amount.duration(config.dataEndTimeout()),
                Amount.duration(config.quitTimeout()),
                List.of(config.tlsProtocols()),
                config.tlsFallback(),
                config.chunking(),
                Stream.of(config.ignoredKeywords())
                        .map(keyword -> keyword.strip().toUpperCase(Locale.ROOT))
                        .collect(Collectors.toSet()));
    }

    private static AddressOrder addressOrder(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "ipv4" -> AddressOrder.IPV4;
            case "ipv6" -> AddressOrder.IPV6;
            case "ipv4only" -> AddressOrder.IPV4_ONLY;
            case "ipv6only" -> AddressOrder.IPV6_ONLY;
            default ->
                throw new IllegalArgumentException("addressOrder is ipv4, ipv6, ipv4Only or ipv6Only, not: " + word);
        };
    }
}
