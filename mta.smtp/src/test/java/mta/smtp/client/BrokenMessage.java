package mta.smtp.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import mta.plugins.api.Notes;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Headers;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/** A message whose content cannot be read to its end, or is shorter than it says. */
record BrokenMessage(Message whole, boolean throwing) implements Message {

    @Override
    public Content content() {
        return new Content() {
            @Override
            public long size() {
                return 100_000;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[0]);
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                whole.content().writeTo(out);
                if (throwing) {
                    throw new IOException("disk gone");
                }
            }
        };
    }

    @Override
    public String id() {
        return whole.id();
    }

    @Override
    public Instant arrival() {
        return whole.arrival();
    }

    @Override
    public Envelope envelope() {
        return whole.envelope();
    }

    @Override
    public Headers headers() {
        return whole.headers();
    }

    @Override
    public Content body() {
        return whole.body();
    }

    @Override
    public Notes notes() {
        return whole.notes();
    }

    @Override
    public void replaceSender(Sender sender) {
        throw new IllegalStateException();
    }

    @Override
    public void addRecipient(Recipient recipient) {
        throw new IllegalStateException();
    }

    @Override
    public void removeRecipient(Recipient recipient) {
        throw new IllegalStateException();
    }

    @Override
    public void replaceBody(InputStream body) {
        throw new IllegalStateException();
    }
}
