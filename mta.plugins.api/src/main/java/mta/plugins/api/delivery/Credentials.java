package mta.plugins.api.delivery;

/**
 * How to authenticate to a server.
 *
 * @param mechanism PLAIN, LOGIN ...; sent only under TLS
 */
public record Credentials(String mechanism, String user, String password) {

    /** Without the password: this may reach a log. */
    @Override
    public String toString() {
        return mechanism + " " + user;
    }
}
