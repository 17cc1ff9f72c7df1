package mta.smtp.client;

import java.net.IDN;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One part of a destination. */
sealed interface Route {

    /** What the name of a socket begins with. */
    String SOCKET = "unix:";

    /** A domain whose mail exchangers serve it. */
    record Domain(String name) implements Route {}

    /**
     * A host that is dialled without asking for mail exchangers.
     *
     * @param address where the host is an address
     * @param port 0: the usual one
     */
    record Host(String name, Optional<InetAddress> address, int port) implements Route {}

    /** @param name {@code unix:/path}, which the Io of that scheme dials */
    record Socket(String name) implements Route {}

    /**
     * Reads {@code example.com}, {@code [192.0.2.1]}, {@code [IPv6:2001:db8::1]}, {@code [relay.example]},
     * {@code [relay.example]:587}, {@code relay.example:587}, {@code unix:/run/lmtp.sock}, and several of them with
     * commas between.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static List<Route> parse(String destination) {
        var routes = new ArrayList<Route>();
        for (String part : destination.split(",", -1)) {
            routes.add(one(part.strip()));
        }
        return List.copyOf(routes);
    }

    private static Route one(String text) {
        if (text.startsWith(SOCKET)) {
            if (!text.startsWith(SOCKET + "/")) {
                throw new IllegalArgumentException("the path of a socket begins with /");
            }
            return new Socket(text);
        }
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0) {
                throw new IllegalArgumentException("no closing bracket");
            }
            String rest = text.substring(close + 1);
            return host(text.substring(1, close), rest.isEmpty() ? 0 : port(rest));
        }
        int colon = text.lastIndexOf(':');
        if (colon >= 0) {
            return host(text.substring(0, colon), port(text.substring(colon)));
        }
        return literal(text).isPresent() ? host(text, 0) : new Domain(name(text));
    }

    private static Host host(String text, int port) {
        boolean tagged = text.regionMatches(true, 0, "IPv6:", 0, 5);
        String bare = tagged ? text.substring(5) : text;
        Optional<InetAddress> address = literal(bare);
        if (address.isEmpty() && (tagged || bare.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("not an IPv6 address");
        }
        return new Host(address.map(InetAddress::getHostAddress).orElseGet(() -> name(bare)), address, port);
    }

    private static int port(String text) {
        try {
            int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : 0;
            if (port > 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("not a port");
    }

    private static Optional<InetAddress> literal(String text) {
        boolean mayBe = text.indexOf(':') >= 0 || !text.isEmpty() && Character.isDigit(text.charAt(text.length() - 1));
        if (!mayBe || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** In the form that the DNS knows: A-labels (RFC 5890), lower case, no final dot. */
    private static String name(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        boolean good = !ascii.isEmpty()
                && ascii.length() <= 253
                && ascii.chars().allMatch(c -> c > ' ' && c < 127 && "[]<>@,:;\\\"()".indexOf(c) < 0)
                && !ascii.startsWith(".")
                && !ascii.contains("..");
        if (!good) {
            throw new IllegalArgumentException("not a domain");
        }
        return ascii;
    }
}
