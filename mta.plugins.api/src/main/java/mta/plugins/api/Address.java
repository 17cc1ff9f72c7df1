package mta.plugins.api;

import java.util.Locale;

/**
 * A mailbox as SMTP writes it between angle brackets: local part as given, domain in lower case (A-label, U-label or
 * address literal as given). The null reverse-path {@code <>} is {@link #NULL}; {@code <postmaster>} (RFC 5321 section
 * 4.5.1) has an empty domain.
 *
 * <p>Whether the syntax is right is for the SMTP parser to say; this value only refuses what would let an address
 * break out of a line or of its brackets.
 */
public record Address(String localPart, String domain) {

    /** The null reverse-path. */
    public static final Address NULL = new Address("", "");

    public Address {
        check(localPart);
        check(domain);
        domain = lowerCase(domain);
    }

    /**
     * Splits at the last {@code @}; without one all of it is the local part.
     *
     * @throws IllegalArgumentException on control characters
     */
    public static Address of(String address) {
        if (address.isEmpty()) {
            return NULL;
        }
        int at = address.lastIndexOf('@');
        return at < 0 ? new Address(address, "") : new Address(address.substring(0, at), address.substring(at + 1));
    }

    private static void check(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < ' ' || c == 127) {
                throw new IllegalArgumentException("control character in an address");
            }
        }
    }

    private static String lowerCase(String domain) {
        for (int i = 0; i < domain.length(); i++) {
            char c = domain.charAt(i);
            if (c >= 'A' && c <= 'Z' || c > 127) {
                return domain.toLowerCase(Locale.ROOT);
            }
        }
        return domain;
    }

    public boolean isNull() {
        return localPart.isEmpty() && domain.isEmpty();
    }

    /** {@code local@domain}, the local part alone where there is no domain, or the empty string. */
    @Override
    public String toString() {
        return domain.isEmpty() ? localPart : localPart + "@" + domain;
    }
}
