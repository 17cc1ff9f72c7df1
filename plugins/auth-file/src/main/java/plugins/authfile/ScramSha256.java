package plugins.authfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;

/**
 * SCRAM-SHA-256, RFC 5802 and RFC 7677, without channel binding: the password does not pass, and is not known here. Somebody
 * who is none of the users gets the same answers up to the end, with a salt of their own that is always the same. Thread-safe.
 */
public final class ScramSha256 implements SaslMechanism {

    /** gs2-header, then the name and the nonce; extensions that a client wants to be known fail (section 5.1). */
    private static final Pattern FIRST =
            Pattern.compile("([ny]),(?:a=([^,]+))?,(n=([^,]+),r=([\\x21-\\x2b\\x2d-\\x7e]{1,256})(?:,.*)?)");

    private static final Pattern LAST =
            Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,[^p].*)?),p=([A-Za-z0-9+/=]+)");

    private final Logins logins;
    private final byte[] secret = PasswordHash.salt();

    public ScramSha256(Logins logins) {
        this.logins = logins;
    }

    @Override
    public boolean plaintext() {
        return false;
    }

    @Override
    public Exchange begin(Session session) {
        return new Dialogue();
    }

    /** @param keys of the user, or made up */
    private record Begun(String name, boolean known, ScramKeys keys, String gs2, String nonce, String messages) {}

    private final class Dialogue implements Exchange {

        private Optional<Begun> begun = Optional.empty();
        private Optional<String> proven = Optional.empty();

        @Override
        public Step step(byte[] response, boolean initial) {
            if (initial && response.length == 0) {
                return new Step.Challenge(new byte[0]);
            }
            if (proven.isPresent()) {
                // The client has seen our signature and has nothing more to say (RFC 4954 section 4).
                return response.length == 0 ? new Step.Success(proven.get()) : new Step.Failure(proven.get());
            }
            Optional<String> text = Words.text(response);
            if (text.isEmpty()) {
                return new Step.Failure("");
            }
            return begun.isEmpty() ? first(text.get()) : last(begun.get(), text.get());
        }

        private Step first(String text) {
            Matcher matcher = FIRST.matcher(text);
            Optional<String> name = matcher.matches() ? name(matcher.group(4)) : Optional.empty();
            // Nobody here may act for somebody else
            boolean asOneself = name.isPresent()
                    && (matcher.group(2) == null || name(matcher.group(2)).equals(name));
            if (!asOneself) {
                return new Step.Failure(name.orElse(""));
            }
            Optional<ScramKeys> keys =
                    logins.find(name.get()).filter(Entries.User::enabled).flatMap(user -> ScramKeys.parse(user.hash()));
            ScramKeys used = keys.orElseGet(() -> madeUp(name.get()));
            Base64.Encoder base64 = Base64.getEncoder();
            String nonce = matcher.group(5) + base64.withoutPadding().encodeToString(PasswordHash.salt());
            String challenge = "r=" + nonce + ",s=" + base64.encodeToString(used.salt()) + ",i=" + used.iterations();
            String gs2 = text.substring(0, matcher.start(3));
            begun = Optional.of(
                    new Begun(name.get(), keys.isPresent(), used, gs2, nonce, matcher.group(3) + "," + challenge));
            return new Step.Challenge(challenge.getBytes(UTF_8));
        }

        private ScramKeys madeUp(String name) {
            byte[] key = ScramKeys.hmac(secret, name);
            return new ScramKeys(logins.iterations(), Arrays.copyOf(key, 16), key, key);
        }

        private Step last(Begun begun, String text) {
            Matcher matcher = LAST.matcher(text);
            if (!matcher.matches()) {
                return new Step.Failure(begun.name);
            }
            String binding = Base64.getEncoder().encodeToString(begun.gs2.getBytes(UTF_8));
            String authMessage = begun.messages + "," + matcher.group(1);
            boolean right = matcher.group(2).equals(binding)
                    && matcher.group(3).equals(begun.nonce)
                    && begun.keys.proven(decoded(matcher.group(4)), authMessage);
            if (!right || !begun.known) {
                return new Step.Failure(begun.name);
            }
            proven = Optional.of(begun.name);
            String signature = Base64.getEncoder().encodeToString(begun.keys.signature(authMessage));
            return new Step.Challenge(("v=" + signature).getBytes(UTF_8));
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** A comma is =2C, an equals sign =3D, and no other equals sign may stand in it (section 5.1). */
    private static Optional<String> name(String saslname) {
        String plain = saslname.replace("=2C", ",").replace("=3D", "=");
        boolean good = saslname.replace("=2C", "").replace("=3D", "").indexOf('=') < 0;
        return good ? Prepared.of(plain) : Optional.empty();
    }
}
