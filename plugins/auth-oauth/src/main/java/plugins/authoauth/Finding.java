package plugins.authoauth;

/** What a token was found to be. That it cannot be told is an IOException. */
sealed interface Finding {

    /** @param user whose it is */
    record Good(String user) implements Finding {}

    /**
     * @param error for the client: a code of RFC 6750 section 3.1
     * @param reason for the operator; holds nothing of the token but what is no secret
     */
    record Wrong(String error, String reason) implements Finding {}

    static Wrong invalid(String reason) {
        return new Wrong("invalid_token", reason);
    }
}
