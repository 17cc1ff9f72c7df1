package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two ways to pass a token: the standard, and the one that Google began and Microsoft took over. */
enum Form {

    /** RFC 7628 section 3.1: {@code n,a=user,^Ahost=server^Aport=587^Aauth=Bearer token^A^A}. */
    OAUTHBEARER {
        @Override
        Optional<Credentials> read(String text) {
            Matcher header = GS2.matcher(text);
            if (!header.lookingAt()) {
                return Optional.empty();
            }
            Optional<String> user = Optional.ofNullable(header.group(1)).flatMap(Form::saslname);
            if (header.group(1) != null && user.isEmpty()) {
                return Optional.empty();
            }
            return fields(text.substring(header.end()))
                    .flatMap(fields -> token(fields).map(token -> new Credentials(user, token)));
        }

        @Override
        Map<String, Object> error(String code) {
            return new LinkedHashMap<>(Map.of("status", code));
        }
    },

    /** {@code user=name^Aauth=Bearer token^A^A}; the errors are HTTP's. */
    XOAUTH2 {
        @Override
        Optional<Credentials> read(String text) {
            return fields(text)
                    .flatMap(fields -> Optional.ofNullable(fields.get("user"))
                            .filter(user -> !user.isEmpty())
                            .flatMap(user -> token(fields).map(token -> new Credentials(Optional.of(user), token))));
        }

        @Override
        Map<String, Object> error(String code) {
            String status = switch (code) {
                case "invalid_request" -> "400";
                case "insufficient_scope" -> "403";
                default -> "401";
            };
            return new LinkedHashMap<>(Map.of("status", status, "schemes", "bearer"));
        }
    };

    /** Channel binding ({@code p=}) is not offered, so nobody may ask for it (RFC 5801 section 5). */
    private static final Pattern GS2 = Pattern.compile("[ny],(?:a=([^,\\x01]+))?,\\x01");

    /** RFC 6750 section 2.1; the scheme in any case (RFC 7235 section 2.1). */
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/-]+=*)");

    abstract Optional<Credentials> read(String text);

    /** The members of the error that tell them apart. */
    abstract Map<String, Object> error(String code);

    /** Empty if it is no response of this form. */
    Optional<Credentials> read(byte[] response) {
        try {
            return read(UTF_8.newDecoder().decode(ByteBuffer.wrap(response)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** RFC 7628 section 3.2.2: JSON that says why, and where and for what to get another token. */
    byte[] challenge(String code, Set<String> scopes, String openidConfiguration) {
        Map<String, Object> members = error(code);
        if (!scopes.isEmpty()) {
            members.put("scope", String.join(" ", scopes));
        }
        if (!openidConfiguration.isEmpty()) {
            members.put("openid-configuration", openidConfiguration);
        }
        return JSONObjectUtils.toJSONString(members).getBytes(UTF_8);
    }

    /** Pairs of name and value, each with a ^A behind it, and one more ^A at the end. */
    private static Optional<Map<String, String>> fields(String text) {
        if (!text.endsWith("\u0001\u0001")) {
            return Optional.empty();
        }
        var fields = new LinkedHashMap<String, String>();
        for (String pair : List.of(text.substring(0, text.length() - 2).split("\u0001", -1))) {
            int equals = pair.indexOf('=');
            // Said twice, one of them might be what somebody else has checked.
            if (equals <= 0 || fields.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }

    private static Optional<String> token(Map<String, String> fields) {
        Matcher matcher = BEARER.matcher(fields.getOrDefault("auth", ""));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** RFC 5801 section 4: a comma is =2C, an equals sign =3D, and no other equals sign may stand in it. */
    private static Optional<String> saslname(String text) {
        boolean good = text.replace("=2C", "").replace("=3D", "").indexOf('=') < 0;
        return good ? Optional.of(text.replace("=2C", ",").replace("=3D", "=")) : Optional.empty();
    }
}
