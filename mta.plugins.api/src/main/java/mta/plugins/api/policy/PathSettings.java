package mta.plugins.api.policy;

import java.time.Duration;

/**
 * Limits and manners of a path.
 *
 * @param connections open at the same time
 * @param messagesPerConnection 0: no limit
 * @param recipientsPerTransaction
 * @param rate messages per second over all connections; 0: no limit
 * @param connectTimeout for the connection to stand
 * @param commandTimeout for the reply to a command; the times of RFC 5321 section 4.5.3.2 where longer
 * @param idle how long an unused connection is kept
 * @param backoff how long a path rests after nobody could be reached; grows up to maxBackoff
 * @param tls whether to encrypt
 */
public record PathSettings(
        int connections,
        int messagesPerConnection,
        int recipientsPerTransaction,
        double rate,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration idle,
        Duration backoff,
        Duration maxBackoff,
        TlsFor.Mode tls) {}
