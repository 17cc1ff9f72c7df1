package mta.plugins.api.mail;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mta.plugins.api.Address;

/**
 * The reverse-path with what MAIL said about the message.
 *
 * @param address {@link Address#NULL} for notifications
 * @param body BODY (RFC 6152, RFC 3030)
 * @param size SIZE as declared, in bytes (RFC 1870)
 * @param smtpUtf8 SMTPUTF8 (RFC 6531)
 * @param requireTls REQUIRETLS (RFC 8689)
 * @param ret RET (RFC 3461)
 * @param envid ENVID, xtext decoded (RFC 3461)
 * @param auth AUTH, xtext decoded (RFC 4954 section 5)
 * @param priority MT-PRIORITY, -9 to 9 (RFC 6710)
 * @param parameters parameters that the server does not know itself, keyword in upper case; there only if a plugin
 *     announced the keyword
 */
public record Sender(
        Address address,
        BodyType body,
        OptionalLong size,
        boolean smtpUtf8,
        boolean requireTls,
        Ret ret,
        Optional<String> envid,
        Optional<String> auth,
        OptionalInt priority,
        Map<String, String> parameters) {

    public Sender {
        Objects.requireNonNull(address);
        Objects.requireNonNull(body);
        Objects.requireNonNull(ret);
        parameters = Map.copyOf(parameters);
    }

    /** A sender without parameters. */
    public static Sender of(Address address) {
        return new Sender(
                address,
                BodyType.SEVEN_BIT,
                OptionalLong.empty(),
                false,
                false,
                Ret.UNSPECIFIED,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Map.of());
    }

    public Sender withAddress(Address other) {
        return new Sender(other, body, size, smtpUtf8, requireTls, ret, envid, auth, priority, parameters);
    }

    public Sender withBody(BodyType other) {
        return new Sender(address, other, size, smtpUtf8, requireTls, ret, envid, auth, priority, parameters);
    }

    /** What a bounce returns (RFC 3461 section 4.3). */
    public enum Ret {
        UNSPECIFIED,
        FULL,
        HDRS
    }
}
