package mta.plugins.api.mail;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Address;

/**
 * A forward-path with what RCPT said about it.
 *
 * @param notifyOn NOTIFY (RFC 3461 section 4.1); empty where it was not given
 * @param orcpt ORCPT as {@code type;address}, xtext decoded (RFC 3461 section 4.2)
 * @param parameters parameters that the server does not know itself, keyword in upper case
 */
public record Recipient(Address address, Set<Notify> notifyOn, Optional<String> orcpt, Map<String, String> parameters) {

    public Recipient {
        Objects.requireNonNull(address);
        Objects.requireNonNull(orcpt);
        notifyOn = Set.copyOf(notifyOn);
        parameters = Map.copyOf(parameters);
        if (notifyOn.contains(Notify.NEVER) && notifyOn.size() > 1) {
            throw new IllegalArgumentException("NOTIFY=NEVER stands alone (RFC 3461 section 4.1)");
        }
    }

    public static Recipient of(Address address) {
        return new Recipient(address, Set.of(), Optional.empty(), Map.of());
    }

    public static Recipient of(String address) {
        return of(Address.of(address));
    }

    /** The same wishes for another mailbox; ORCPT keeps what the sender wrote (RFC 3461 section 5.2.7.1). */
    public Recipient withAddress(Address other) {
        return new Recipient(other, notifyOn, orcpt.or(() -> Optional.of("rfc822;" + address)), parameters);
    }

    /** Whether a notice of this kind is wanted; without NOTIFY: failure and delay (RFC 3461 section 4.1). */
    public boolean wants(Notify kind) {
        return notifyOn.isEmpty() ? EnumSet.of(Notify.FAILURE, Notify.DELAY).contains(kind) : notifyOn.contains(kind);
    }

    /** When the sender wants to hear of a recipient's fate. */
    public enum Notify {
        NEVER,
        SUCCESS,
        FAILURE,
        DELAY
    }
}
