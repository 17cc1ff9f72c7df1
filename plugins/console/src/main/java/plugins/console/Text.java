package plugins.console;

/** What a verb of a session answered in words, or as JSON; a type of its own so that it can be paged. */
record Text(String text) {

    @Override
    public String toString() {
        return text;
    }
}
