package mta.queue.policy;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Section {@code policy}: settings for some of the mail. What a section does not set is left to less specific ones. The
 * defaults are in {@link Setting}, for they hold only where no section says otherwise.
 */
@ObjectClassDefinition(
        name = "policy",
        description = "Settings for some of the mail, chosen by when.*; none: for all mail. More specific sections"
                + " override less specific ones: first by the number of keys in when, then by order, then by name.")
public @interface PolicySettings {

    String PID = "mta.policy";

    @AttributeDefinition(
            name = "when.*",
            required = false,
            description = "For which mail: when.tenant, when.campaign, when.destination, when.site, when.source; globs"
                    + " with * and ?, several are alternatives. Settings of queues know no site and source, those of"
                    + " paths no campaign.")
    String[] when();

    @AttributeDefinition(
            required = false,
            description = "Between sections with as many keys in when the one with the higher order wins.")
    int order() default 0;

    @AttributeDefinition(
            required = false,
            description = "Durations. Times between attempts; the last one repeats." + " Default 5m 15m 30m 1h 2h 4h.")
    String retry();

    @AttributeDefinition(
            required = false,
            description = "How much of a time between attempts is random, 0 to 1." + " Default 0.1.")
    String jitter();

    @AttributeDefinition(required = false, description = "Duration. After its arrival mail is returned. Default 5d.")
    String expiry();

    @AttributeDefinition(
            required = false,
            description =
                    "After its arrival the sender is told of the delay, once: a" + " duration, or never. Default 4h.")
    String delayNotice();

    @AttributeDefinition(required = false, description = "Name of the transport. Default smtp.")
    String transport();

    @AttributeDefinition(required = false, description = "Name of the pool of sources. Default default.")
    String pool();

    @AttributeDefinition(
            required = false,
            description = "Where the mail goes instead of its destination: a domain"
                    + " whose MX is looked up, or a host in brackets, [relay.example]:587; with the transport lmtp also"
                    + " a socket, unix:/run/dovecot/lmtp.")
    String route();

    @AttributeDefinition(
            required = false,
            description = "Share of a path among queues of the same priority, 1 and up." + " Default 1.")
    int weight();

    @AttributeDefinition(
            required = false,
            description = "After so many attempts mail is returned; 0: only its time" + " counts. Default 0.")
    int maxAttempts();

    @AttributeDefinition(
            required = false,
            description = "Priority of mail that nobody gave another, 0 (first) to 9" + " (last). Default as placed.")
    int priority();

    @AttributeDefinition(required = false, description = "Connections of a path at the same time. Default 20.")
    int connections();

    @AttributeDefinition(required = false, description = "Messages over one connection; 0: no limit. Default 1000.")
    int messagesPerConnection();

    @AttributeDefinition(required = false, description = "Recipients in one transaction. Default 100.")
    int recipientsPerTransaction();

    @AttributeDefinition(
            required = false,
            description = "Messages of a path over all its connections, as 100/s, 600/m,"
                    + " 1000/h or 5000/d; 0: no limit. Default 0.")
    String rate();

    @AttributeDefinition(required = false, description = "Duration. For a connection to stand. Default 30s.")
    String connectTimeout();

    @AttributeDefinition(required = false, description = "Duration. For the reply to a command. Default 5m.")
    String commandTimeout();

    @AttributeDefinition(required = false, description = "Duration. An unused connection is kept so long. Default 10s.")
    String idle();

    @AttributeDefinition(
            required = false,
            description = "Duration. A path rests so long after nobody could be reached;"
                    + " doubles up to maxBackoff. Default 1m.")
    String backoff();

    @AttributeDefinition(required = false, description = "Duration. The longest rest of a path. Default 1h.")
    String maxBackoff();

    @AttributeDefinition(
            required = false,
            description = "Whether to encrypt: none, opportunistic, required or verified." + " Default opportunistic.")
    String tls();
}
