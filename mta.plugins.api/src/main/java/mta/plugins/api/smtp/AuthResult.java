package mta.plugins.api.smtp;

/**
 * The outcome of an authentication exchange.
 *
 * @param mechanism in upper case
 * @param user the authorization identity; on failure what was claimed, or the empty string
 */
public record AuthResult(String mechanism, String user, boolean success) {}
