package mta.smtp.server;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Settings of the SMTP server, one instance per listener; {@code default} is for listeners without their own. The one
 * place where their defaults stand. How many connections there may be, and whether TLS begins with the first octet or
 * by STARTTLS, is the listener's own affair.
 */
@ObjectClassDefinition(
        id = "mta.smtp",
        name = "smtp",
        description = "SMTP and LMTP server, by the name of the listener; 'default' for those without an instance of"
                + " their own")
@interface SmtpConfig {

    @AttributeDefinition(description = "Name in greeting, answer to EHLO and Received; empty: the node's")
    String hostname() default "";

    @AttributeDefinition(description = "Text of the greeting behind the host name")
    String greeting() default "ESMTP";

    @AttributeDefinition(
            description = "Whether everything but HELO, EHLO, NOOP, QUIT and STARTTLS waits for TLS (530 5.7.0)")
    boolean requireTls() default false;

    @AttributeDefinition(
            description = "Whether AUTH is there: none; offered where a mechanism may be used; required before MAIL"
                    + " (submission, RFC 6409)",
            options = {@Option("none"), @Option("offered"), @Option("required")})
    String auth() default "offered";

    @AttributeDefinition(description = "Keywords that EHLO does not announce, such as CHUNKING")
    String[] withhold() default {};

    @AttributeDefinition(description = "Whether MAIL needs HELO or EHLO before it (RFC 5321 section 4.1.4)")
    boolean requireHelo() default true;

    @AttributeDefinition(
            description = "Whether the client's name is looked up before the greeting (PTR, confirmed by A or AAAA),"
                    + " for Received and"
                    + " for plugins; costs the time of the look-ups")
    boolean reverseDns() default false;

    @AttributeDefinition(
            description = "Whether Date and Message-ID are added where missing; for submission (RFC 6409 section 8)")
    boolean addMissingHeaders() default false;

    @AttributeDefinition(
            description = "Size. Largest message; 0: no limit. Announced by SIZE and held in fact (552 5.3.4)")
    String maxMessageSize() default "50MiB";

    @AttributeDefinition(description = "Size. Largest header section (552 5.3.4)")
    String maxHeaderSize() default "512KiB";

    @AttributeDefinition(
            description = "Size. Longest line of a message. RFC 5321 section 4.5.3.1.6 promises 1000 octets; much"
                    + " legitimate mail"
                    + " exceeds them, so more is taken (554 5.6.0 beyond)")
    String maxLine() default "64KiB";

    @AttributeDefinition(
            description =
                    "Size. Longest command line. RFC 5321 section 4.5.3.1.4 has 512 octets, and the extensions that are"
                            + " announced add to it (500 5.5.2 beyond; AUTH and its lines may have 12288, RFC 4954"
                            + " section 4)")
    String maxCommandLine() default "2048";

    @AttributeDefinition(
            min = "1",
            description = "Recipients of one message, at least 100 (RFC 5321 section 4.5.3.1.8; 452 4.5.3 beyond)")
    int maxRecipients() default 1000;

    @AttributeDefinition(min = "0", description = "Messages of one connection; 0: no limit (421 4.7.0 beyond)")
    int maxMessages() default 0;

    @AttributeDefinition(
            min = "0",
            description =
                    "Commands that a client may give without a message being accepted; accepted recipients do not count"
                            + " (421 4.7.0 beyond)")
    int maxCommands() default 1000;

    @AttributeDefinition(min = "0", description = "Refused commands (5xx) of one connection (421 4.7.0 beyond)")
    int maxErrors() default 20;

    @AttributeDefinition(min = "0", description = "Failed AUTH of one connection (421 4.7.0 beyond)")
    int maxAuthFailures() default 3;

    @AttributeDefinition(
            description = "Duration. How long a command line may be waited for (RFC 5321 section 4.5.3.2.7: at least"
                    + " 5 minutes)")
    String commandTimeout() default "5m";

    @AttributeDefinition(description = "Duration. How long the next octets of a message may be waited for")
    String dataTimeout() default "5m";

    @AttributeDefinition(description = "Duration. From MAIL to the end of the transaction; 0: no limit")
    String transactionTimeout() default "1h";

    @AttributeDefinition(description = "Duration. How long the TLS handshake after STARTTLS may take")
    String tlsTimeout() default "30s";

    @AttributeDefinition(
            description = "Size. Octets per second that a message must come in with; 0: any rate (421 4.4.2 below)")
    String minDataRate() default "64";

    @AttributeDefinition(description = "Duration. From when on the data rate is looked at")
    String minDataRateAfter() default "1m";

    @AttributeDefinition(
            description = "Duration. How long the greeting waits for clients that speak before it (554 5.5.1,"
                    + " closed); 0: no wait")
    String earlyTalkerDelay() default "0";

    @AttributeDefinition(
            description = "What a bare CR or LF in a message gets: reject (550 5.6.11), or close (the same, and the"
                    + " connection ends)."
                    + " It never ends a line or a message",
            options = {@Option("reject"), @Option("close")})
    String bareLineEnds() default "reject";

    @AttributeDefinition(
            description =
                    "Octets above 127 in the header section of a message without SMTPUTF8 (554 5.6.0 when rejected)",
            options = {@Option("reject"), @Option("accept")})
    String eightBitHeaders() default "reject";

    @AttributeDefinition(
            description = "Octets above 127 in the body of a message without BODY=8BITMIME (554 5.6.3 when rejected);"
                    + " accepted ones"
                    + " go on as 8BITMIME",
            options = {@Option("reject"), @Option("accept")})
    String eightBitBodies() default "accept";
}
