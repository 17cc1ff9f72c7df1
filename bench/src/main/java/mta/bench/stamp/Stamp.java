package mta.bench.stamp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;

/** Says its version to whoever writes to "version", and has no opinion otherwise. Thread-safe. */
public final class Stamp implements Reception {

    private final String version;

    public Stamp() {
        try (InputStream file = Stamp.class.getResourceAsStream("version")) {
            version = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        return recipient.address().localPart().equals("version")
                ? Verdict.refuse("550 5.7.1 stamp " + version)
                : Verdict.next();
    }
}
