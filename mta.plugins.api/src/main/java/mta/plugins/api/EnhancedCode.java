package mta.plugins.api;

/** An enhanced status code, RFC 3463 section 2: {@code status.subject.detail}. */
public record EnhancedCode(int status, int subject, int detail) {

    /** For the replies that carry none: 220, 221, 354 and the answer to EHLO (RFC 2034 section 4). */
    public static final EnhancedCode NONE = new EnhancedCode(0, 0, 0);

    public EnhancedCode {
        boolean none = status == 0 && subject == 0 && detail == 0;
        if (!none && (status != 2 && status != 4 && status != 5)) {
            throw new IllegalArgumentException("status must be 2, 4 or 5: " + status);
        }
        if (subject < 0 || subject > 999 || detail < 0 || detail > 999) {
            throw new IllegalArgumentException("subject and detail are 0..999: " + subject + "." + detail);
        }
    }

    /** @throws IllegalArgumentException if it is not {@code digit.digits.digits} */
    public static EnhancedCode parse(String text) {
        if (!looksLike(text)) {
            throw new IllegalArgumentException("not an enhanced status code: " + text);
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        return new EnhancedCode(
                text.charAt(0) - '0',
                Integer.parseInt(text, first + 1, second, 10),
                Integer.parseInt(text, second + 1, text.length(), 10));
    }

    /** Whether the word has the form of a code: 2, 4 or 5, then two numbers of one to three digits. */
    public static boolean looksLike(String word) {
        int length = word.length();
        if (length < 5 || length > 9 || word.charAt(1) != '.' || "245".indexOf(word.charAt(0)) < 0) {
            return false;
        }
        int second = word.indexOf('.', 2);
        return second > 2
                && second <= 5
                && length - second - 1 >= 1
                && length - second - 1 <= 3
                && digits(word, 2, second)
                && digits(word, second + 1, length);
    }

    private static boolean digits(String word, int from, int to) {
        for (int i = from; i < to; i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    public boolean isNone() {
        return status == 0;
    }

    @Override
    public String toString() {
        return isNone() ? "" : status + "." + subject + "." + detail;
    }
}
