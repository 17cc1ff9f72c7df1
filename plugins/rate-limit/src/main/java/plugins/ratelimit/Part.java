package plugins.ratelimit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import mta.plugins.api.Address;

/** What a limit is per. A part that an event does not have (nobody has authenticated) makes the limit not apply. */
enum Part {
    CLIENT("client"),
    USER("user"),
    LISTENER("listener"),
    SENDER("sender"),
    SENDER_DOMAIN("sender.domain"),
    RECIPIENT("recipient"),
    RECIPIENT_DOMAIN("recipient.domain");

    private final String word;

    Part(String word) {
        this.word = word;
    }

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static Part of(String word) {
        return Arrays.stream(values())
                .filter(part -> part.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("per: client, user, listener, sender, sender.domain,"
                        + " recipient or recipient.domain, not: " + word));
    }

    Optional<String> value(Event event) {
        return switch (this) {
            case CLIENT ->
                Optional.ofNullable(event.session().remote().getAddress()).map(Part::network);
            case USER -> event.session().user();
            case LISTENER -> Optional.of(event.session().listener());
            case SENDER -> event.sender().flatMap(Part::whole);
            case SENDER_DOMAIN -> event.sender().flatMap(Part::domain);
            case RECIPIENT -> event.recipient().flatMap(Part::whole);
            case RECIPIENT_DOMAIN -> event.recipient().flatMap(Part::domain);
        };
    }

    /** A client with IPv6 has at least a /64 to itself, and could use another address for each message. */
    private static String network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] octets = address.getAddress();
        Arrays.fill(octets, 8, 16, (byte) 0);
        try {
            return InetAddress.getByAddress(octets).getHostAddress().replaceFirst("(:0)+$", "") + "::/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 octets are an address", e);
        }
    }

    /** Local parts differ by case in theory only (RFC 5321 section 2.4); an abuser would make use of it. */
    private static Optional<String> whole(Address address) {
        return address.isNull()
                ? Optional.empty()
                : Optional.of(address.toString().toLowerCase(Locale.ROOT));
    }

    private static Optional<String> domain(Address address) {
        return address.domain().isEmpty() ? Optional.empty() : Optional.of(address.domain());
    }

    @Override
    public String toString() {
        return word;
    }
}
