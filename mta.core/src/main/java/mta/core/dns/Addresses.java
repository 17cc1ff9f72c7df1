package mta.core.dns;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses written as text. */
final class Addresses {

    private Addresses() {}

    /** {@code 192.0.2.1}, {@code 2001:db8::1}, {@code [192.0.2.1]}, {@code [IPv6:2001:db8::1]}; never a look-up. */
    static Optional<InetAddress> literal(String text) {
        String bare = text;
        if (text.startsWith("[") && text.endsWith("]")) {
            bare = text.substring(1, text.length() - 1);
            bare = bare.regionMatches(true, 0, "IPv6:", 0, 5) ? bare.substring(5) : bare;
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
