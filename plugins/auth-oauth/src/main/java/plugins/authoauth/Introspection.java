package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Asks the server of the tokens about each one, RFC 7662. Thread-safe. */
final class Introspection implements TokenCheck {

    private static final int LONGEST_SECRET = 4096;

    private final Web web;
    private final URI uri;
    private final String clientId;
    private final Path secretFile;
    private final Rules rules;
    private final InstantSource clock;

    Introspection(Web web, URI uri, String clientId, Path secretFile, Rules rules, InstantSource clock) {
        this.web = web;
        this.uri = uri;
        this.clientId = clientId;
        this.secretFile = secretFile;
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public void close() {
        web.close();
    }

    @Override
    public Finding check(String token, Optional<String> certificate) throws IOException {
        String form = "token=" + URLEncoder.encode(token, UTF_8) + "&token_type_hint=access_token";
        byte[] answer = web.post(uri, form, "Basic " + basic());
        try {
            Map<String, Object> members = JSONObjectUtils.parse(new String(answer, UTF_8));
            if (!(members.get("active") instanceof Boolean active)) {
                throw new IOException(uri + ": the answer does not say whether the token is active");
            }
            return active
                    ? rules.judge(Rules.claims(members), clock.instant(), certificate)
                    : Finding.invalid("the server says that it is not active");
        } catch (ParseException e) {
            // Its message may quote the answer, and that the token.
            throw new IOException(uri + ": the answer is not the JSON of RFC 7662");
        }
    }

    /** RFC 6749 section 2.3.1. Read anew each time, so that the secret can be changed. */
    private String basic() throws IOException {
        if (Files.size(secretFile) > LONGEST_SECRET) {
            throw new IOException(secretFile + " is too long for a secret");
        }
        String secret = Files.readString(secretFile).strip();
        String pair = URLEncoder.encode(clientId, UTF_8) + ":" + URLEncoder.encode(secret, UTF_8);
        return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }
}
