package plugins.authoauth;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mechanism whose one response holds a token, which whoever has it can use: so under TLS only. Runs on the threads of
 * sessions; thread-safe.
 */
final class TokenMechanism implements SaslMechanism {

    private static final Logger LOG = LoggerFactory.getLogger(TokenMechanism.class);
    private static final int LONGEST_NAME = 320;

    private final Form form;
    private final TokenCheck check;
    private final int largest;
    private final Set<String> scopes;
    private final String openidConfiguration;

    /**
     * @param largest octets of a token
     * @param scopes told to clients whose token is wrong
     * @param openidConfiguration told to them as well; empty: not
     */
    TokenMechanism(Form form, TokenCheck check, int largest, Set<String> scopes, String openidConfiguration) {
        this.form = form;
        this.check = check;
        this.largest = largest;
        this.scopes = scopes;
        this.openidConfiguration = openidConfiguration;
    }

    @Override
    public boolean plaintext() {
        return true;
    }

    @Override
    public Exchange begin(Session session) {
        return new Dialogue(session);
    }

    private final class Dialogue implements Exchange {

        private final Session session;
        private Optional<String> refused = Optional.empty();

        Dialogue(Session session) {
            this.session = session;
        }

        @Override
        public Step step(byte[] response, boolean initial) throws IOException {
            if (refused.isPresent()) {
                // It has read the error and says ^A (RFC 7628 section 3.2.3), or nothing (XOAUTH2); that ends it
                // anyhow.
                return new Step.Failure(refused.get());
            }
            if (initial && response.length == 0) {
                return new Step.Challenge(new byte[0]);
            }
            Optional<Credentials> sent = form.read(response);
            String claimed =
                    sent.flatMap(Credentials::user).map(Dialogue::shown).orElse("");
            return switch (judged(sent)) {
                case Finding.Good good -> new Step.Success(good.user());
                case Finding.Wrong wrong -> refuse(claimed, wrong);
            };
        }

        private Finding judged(Optional<Credentials> sent) throws IOException {
            if (sent.isEmpty()) {
                return new Finding.Wrong("invalid_request", "the response is not of the form of " + form);
            }
            String token = sent.get().token();
            if (token.length() > largest) {
                return Finding.invalid("the token has more than " + largest + " octets");
            }
            Finding finding = check.check(token, session.tls().flatMap(tls -> tls.fingerprint()));
            return finding instanceof Finding.Good good
                    ? asOneself(good, sent.get().user())
                    : finding;
        }

        /** Nobody here may act for somebody else. The name in force is the token's, so how it is written is no matter. */
        private static Finding asOneself(Finding.Good good, Optional<String> claimed) {
            boolean same = claimed.isEmpty() || claimed.get().equalsIgnoreCase(good.user());
            return same ? good : Finding.invalid("the token is of " + good.user());
        }

        private Step refuse(String claimed, Finding.Wrong wrong) {
            LOG.info("session {}: {} as \"{}\": {}", session.id(), form, claimed, wrong.reason());
            refused = Optional.of(claimed);
            return new Step.Challenge(form.challenge(wrong.error(), scopes, openidConfiguration));
        }

        /** For records: short, and without control characters. */
        private static String shown(String name) {
            String line = name.replaceAll("\\p{Cntrl}", "?");
            return line.length() > LONGEST_NAME ? line.substring(0, LONGEST_NAME) : line;
        }
    }
}
