package plugins.authfile;

import java.text.Normalizer;
import java.util.Optional;

/**
 * What of SASLprep (RFC 4013) matters: the same characters typed in two ways are the same password. Compatibility forms
 * become one, every kind of space becomes a space; control characters and half surrogate pairs are refused.
 */
final class Prepared {

    private Prepared() {}

    /** Empty if it is no name or password. */
    static Optional<String> of(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC);
        var out = new StringBuilder(normal.length());
        for (int i = 0; i < normal.length(); ) {
            int c = normal.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.SURROGATE) {
                return Optional.empty();
            }
            out.appendCodePoint(type == Character.SPACE_SEPARATOR ? ' ' : c);
            i += Character.charCount(c);
        }
        return Optional.of(out.toString()).filter(result -> !result.isEmpty());
    }
}
