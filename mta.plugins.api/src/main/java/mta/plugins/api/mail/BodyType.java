package mta.plugins.api.mail;

/** The BODY parameter of MAIL. */
public enum BodyType {
    SEVEN_BIT("7BIT"),
    EIGHT_BIT_MIME("8BITMIME"),
    /** Only with CHUNKING (RFC 3030): lines need not end in CRLF. */
    BINARY_MIME("BINARYMIME");

    private final String word;

    BodyType(String word) {
        this.word = word;
    }

    /** As it stands in the command. */
    public String word() {
        return word;
    }
}
