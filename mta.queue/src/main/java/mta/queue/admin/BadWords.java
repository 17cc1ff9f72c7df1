package mta.queue.admin;

/** Words that were not understood, with a text for the person who typed them. */
final class BadWords extends Exception {

    private static final long serialVersionUID = 1L;

    BadWords(String text) {
        super(text);
    }
}
