package mta.plugins.api.config;

import java.net.InetAddress;

/**
 * A block of IPv4 or IPv6 addresses, {@code 192.0.2.0/24}; a single address is a block of one.
 *
 * @param prefix how many leading bits the addresses have in common; 0: every address of that family
 */
public record Network(InetAddress first, int prefix) {

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32} or one address; names are not looked up.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String literal = (slash < 0 ? text : text.substring(0, slash)).strip();
        // InetAddress takes "10" and "10.1" as well, which mean something else to almost everybody
        if (literal.indexOf(':') < 0 && literal.chars().filter(c -> c == '.').count() != 3) {
            throw bad(text);
        }
        InetAddress address;
        int prefix;
        try {
            address = InetAddress.ofLiteral(literal);
            prefix = slash < 0 ? -1 : Integer.parseInt(text.substring(slash + 1).strip());
        } catch (IllegalArgumentException e) {
            throw bad(text);
        }
        int bits = address.getAddress().length * 8;
        if (slash < 0) {
            return new Network(address, bits);
        }
        if (bits == 32 && literal.indexOf(':') >= 0) {
            prefix -= 96; // an IPv4-mapped address, ::ffff:192.0.2.0/120, has become IPv4
        }
        if (prefix < 0 || prefix > bits) {
            throw bad(text);
        }
        var network = new Network(address, prefix);
        if (!network.hostBitsAreZero()) {
            throw new IllegalArgumentException(
                    text + " names a host within its network; the bits after the first " + prefix + " must be zero");
        }
        return network;
    }

    public boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit & 7);
            if (((mine[bit >> 3] ^ theirs[bit >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean hostBitsAreZero() {
        byte[] octets = first.getAddress();
        for (int bit = prefix; bit < octets.length * 8; bit++) {
            if ((octets[bit >> 3] & 0x80 >> (bit & 7)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "a network is address/bits, such as 192.0.2.0/24 or 2001:db8::/32, not: " + text);
    }
}
