package mta.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import mta.plugins.api.mail.Content;

/**
 * What must be known of a message before it can go to a server that lacks an extension; found by reading it through, so
 * only where it matters.
 *
 * @param eightBit octets above 127 anywhere
 * @param eightBitHeader octets above 127 in the header section
 * @param text every line ends in CRLF and is at most 998 octets long, and there is no NUL (RFC 5321 section 4.5.3.1.6)
 */
record ContentFacts(boolean eightBit, boolean eightBitHeader, boolean text) {

    private static final int LONGEST_LINE = 998;

    static ContentFacts of(Content content) throws IOException {
        boolean eightBit = false;
        boolean eightBitHeader = false;
        boolean text = true;
        boolean header = true;
        int line = 0;
        int previous = 0;
        byte[] buffer = new byte[8 * 1024];
        try (InputStream in = content.open()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    int c = buffer[i];
                    if (c < 0) {
                        eightBit = true;
                        eightBitHeader |= header;
                    }
                    if (c == '\n') {
                        text &= previous == '\r' && line - 1 <= LONGEST_LINE;
                        header &= line > 1;
                        line = 0;
                    } else {
                        text &= previous != '\r' && c != 0;
                        line++;
                    }
                    previous = c;
                }
            }
        }
        return new ContentFacts(eightBit, eightBitHeader, text && line <= LONGEST_LINE && previous != '\r');
    }
}
