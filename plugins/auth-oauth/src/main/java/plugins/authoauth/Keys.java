package plugins.authoauth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.util.List;

/** Where the issuer's keys come from. Thread-safe. */
interface Keys extends AutoCloseable {

    /**
     * Those that may have signed what has this header: of the kind of its algorithm, for signatures, of its key id.
     *
     * @throws IOException if it cannot be told
     */
    List<JWK> find(JWSHeader header) throws IOException;

    @Override
    default void close() {}

    static List<JWK> select(JWKSet keys, JWSHeader header) {
        return new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
    }
}
