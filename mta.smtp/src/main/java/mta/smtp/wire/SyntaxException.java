package mta.smtp.wire;

/** What was read is not what the grammar allows; says what and where. Carries no stack: strangers cause it at will. */
public final class SyntaxException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int position;

    /** @param position octets from the beginning of what was parsed */
    public SyntaxException(String message, int position) {
        super(message, null, false, false);
        this.position = position;
    }

    public int position() {
        return position;
    }
}
