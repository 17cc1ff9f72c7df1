package mta.plugins.api.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The octets of a message: header section, empty line, body; lines end in CRLF (except in BINARYMIME bodies); not
 * dot-stuffed. Large content is on disk: read it as a stream. Thread-safe, and may be opened several times.
 */
public interface Content {

    /** In bytes. */
    long size();

    InputStream open() throws IOException;

    default void writeTo(OutputStream out) throws IOException {
        try (InputStream in = open()) {
            in.transferTo(out);
        }
    }

    /** Content from memory; the array is not copied and must not change. */
    static Content of(byte[] octets) {
        return new Content() {
            @Override
            public long size() {
                return octets.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(octets);
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(octets);
            }
        };
    }
}
