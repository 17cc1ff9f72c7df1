package mta.smtp.client;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The settings under {@code smtpclient:}. Limits and times that differ between destinations stand in the policy of the
 * path: connections, rates, the time for a connection and for the reply to a command, TLS.
 */
@ObjectClassDefinition(name = "smtpclient", description = "How this node talks to other servers over SMTP and LMTP.")
@interface ClientConfig {

    @AttributeDefinition(
            description = "Name said in EHLO and LHLO unless a source has its own; empty: the node's hostname.")
    String helo() default "";

    @AttributeDefinition(
            description =
                    "Further names under which other servers know this node; a mail exchanger of"
                            + " one of these names is this node itself, and mail is not sent in a circle (RFC 5321 section 5.1).")
    String[] ownNames() default {};

    @AttributeDefinition(
            description = "Port of the SMTP servers of a destination that names none.",
            min = "1",
            max = "65535")
    int port() default 25;

    @AttributeDefinition(
            description = "Which addresses of a host are tried, and which first.",
            options = {
                @Option(label = "IPv4, then IPv6", value = "ipv4"),
                @Option(label = "IPv6, then IPv4", value = "ipv6"),
                @Option(label = "IPv4 only", value = "ipv4Only"),
                @Option(label = "IPv6 only", value = "ipv6Only")
            })
    String addressOrder() default "ipv4";

    @AttributeDefinition(
            description = "How many addresses of a destination are tried before the path rests.",
            min = "1")
    int addressLimit() default 8;

    @AttributeDefinition(
            description = "Duration. How long the hosts of a destination are believed at least, whatever"
                    + " time to live the DNS gives.")
    String minTtl() default "1m";

    @AttributeDefinition(description = "Duration. How long the hosts of a destination are believed at most.")
    String maxTtl() default "1h";

    @AttributeDefinition(description = "Duration. For a TLS handshake.")
    String tlsHandshakeTimeout() default "1m";

    @AttributeDefinition(
            description = "Duration. For the far side to take a piece of a message" + " (RFC 5321 section 4.5.3.2.5).")
    String dataBlockTimeout() default "3m";

    @AttributeDefinition(
            description = "Duration. For the reply to the end of a message (RFC 5321 section 4.5.3.2.6);"
                    + " giving up sooner makes doubles. A longer time for replies in the path's policy holds.")
    String dataEndTimeout() default "10m";

    @AttributeDefinition(description = "Duration. For the reply to QUIT before the connection is closed without it.")
    String quitTimeout() default "2s";

    @AttributeDefinition(description = "Versions of TLS that are offered.")
    String[] tlsProtocols() default {"TLSv1.2", "TLSv1.3"};

    @AttributeDefinition(
            description = "Whether a path whose TLS is opportunistic goes on in plain text where the"
                    + " handshake fails (RFC 7435).")
    boolean tlsFallback() default true;

    @AttributeDefinition(
            description = "Whether messages go as BDAT where CHUNKING is offered (RFC 3030): one round trip"
                    + " less. Messages with BODY=BINARYMIME go so in any case.")
    boolean chunking() default false;

    @AttributeDefinition(
            description = "Keywords of EHLO that are not believed, for servers that cannot do what they"
                    + " offer: PIPELINING, SIZE ...")
    String[] ignoredKeywords() default {};
}
