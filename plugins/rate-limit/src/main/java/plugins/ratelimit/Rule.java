package plugins.ratelimit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mta.plugins.api.config.Amount;
import mta.plugins.api.config.Network;

/**
 * A limit as configured.
 *
 * @param per what one bucket is for; several: for each crossing of them
 * @param amount so many in a period, and at most so many at once
 * @param exempt clients that are not counted
 * @param maxKeys buckets that are kept
 * @param close whether the connection is closed
 */
record Rule(
        String name,
        List<Part> per,
        Count count,
        long amount,
        Duration period,
        List<Network> exempt,
        int maxKeys,
        boolean close) {

    /** What is counted, hence at which stage. */
    enum Count {
        CONNECTIONS(EnumSet.of(Part.CLIENT, Part.LISTENER)),
        MESSAGES(EnumSet.of(Part.CLIENT, Part.USER, Part.LISTENER, Part.SENDER, Part.SENDER_DOMAIN)),
        RECIPIENTS(EnumSet.allOf(Part.class)),
        BYTES(EnumSet.of(Part.CLIENT, Part.USER, Part.LISTENER, Part.SENDER, Part.SENDER_DOMAIN));

        private final Set<Part> known;

        Count(Set<Part> known) {
            this.known = known;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final Pattern RATE = Pattern.compile("\\s*([^/]+?)\\s*/\\s*([^/]+?)\\s*");

    Rule {
        per = List.copyOf(per);
        exempt = List.copyOf(exempt);
        if (per.isEmpty()) {
            throw new IllegalArgumentException("per: at least one of client, user, listener, sender, ...");
        }
        for (Part part : per) {
            if (!count.known.contains(part)) {
                throw new IllegalArgumentException("count: " + count.word() + " are counted before " + part
                        + (part == Part.RECIPIENT || part == Part.RECIPIENT_DOMAIN
                                ? " is known; count recipients"
                                : " is known"));
            }
        }
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys: 1 or more, not " + maxKeys);
        }
    }

    /**
     * @param limit {@code 100/1h}, {@code 10/s}, {@code 1GiB/1d}
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    static Rule of(
            String name, List<String> per, Count count, String limit, List<String> exempt, int maxKeys, boolean close) {
        var matcher = RATE.matcher(limit);
        if (!matcher.matches()) {
            throw badLimit(limit);
        }
        String period = matcher.group(2);
        Duration every = Amount.duration(Character.isDigit(period.charAt(0)) ? period : "1" + period);
        long amount = count == Count.BYTES ? Amount.bytes(matcher.group(1)) : number(matcher.group(1), limit);
        if (amount < 1 || every.compareTo(Duration.ofMillis(1)) < 0) {
            throw badLimit(limit);
        }
        return new Rule(
                name,
                per.stream().map(Part::of).toList(),
                count,
                amount,
                every,
                exempt.stream().map(Network::parse).toList(),
                maxKeys,
                close);
    }

    private static long number(String text, String limit) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw badLimit(limit);
        }
    }

    private static IllegalArgumentException badLimit(String limit) {
        return new IllegalArgumentException(
                "limit: a number for a duration, such as 100/1h or 10/s (of bytes: 1GiB/1d), not: " + limit);
    }

    /** Whose bucket it is; empty: the limit does not apply. */
    Optional<String> key(Event event) {
        InetAddress client = event.session().remote().getAddress();
        if (client != null && exempt.stream().anyMatch(network -> network.contains(client))) {
            return Optional.empty();
        }
        var key = new StringBuilder();
        for (Part part : per) {
            Optional<String> value = part.value(event);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            key.append(key.isEmpty() ? "" : " ").append(value.get());
        }
        return Optional.of(key.toString());
    }

    String perText() {
        return per.stream().map(Part::toString).collect(Collectors.joining(" x "));
    }
}
