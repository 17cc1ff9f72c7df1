package mta.smtp.client;

/** What differs between the two protocols. */
enum Protocol {
    SMTP("smtp", "EHLO"),
    /** RFC 2033: LHLO, and a reply for each recipient after the content. */
    LMTP("lmtp", "LHLO");

    private final String transport;
    private final String hello;

    Protocol(String transport, String hello) {
        this.transport = transport;
        this.hello = hello;
    }

    /** Name of the transport. */
    String transport() {
        return transport;
    }

    String hello() {
        return hello;
    }
}
