package plugins.authoauth;

import java.util.Optional;

/**
 * What a client has sent.
 *
 * @param user whom it wants to be; empty: whose the token is
 */
record Credentials(Optional<String> user, String token) {

    /** Without the token: this may reach a log. */
    @Override
    public String toString() {
        return user.orElse("");
    }
}
