package mta.smtp.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.core.intake.HeaderSection;
import mta.core.intake.NotesView;
import mta.plugins.api.Notes;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Headers;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/**
 * A message with the changes that plugins make for one attempt: another reverse-path, header fields, body. The message in
 * the queue stays as it is. The header section is read only if a plugin asks for it. A body that a plugin puts in is held
 * in memory. Used by one thread.
 */
final class AttemptMessage {

    /** A header section is not longer; what follows is taken for body, which loses nothing. */
    private static final int HEADER_LIMIT = 1 << 20;

    private final Message original;
    private final List<Recipient> recipients;
    private final Map<String, Map<String, Object>> notes = new LinkedHashMap<>();
    private Sender sender;
    private List<Header> fields;
    private Content body;
    private boolean changed;

    AttemptMessage(Message original, List<Recipient> recipients) {
        this.original = original;
        this.recipients = recipients;
        this.sender = original.envelope().sender();
        original.notes().all().forEach((plugin, own) -> notes.put(plugin, new LinkedHashMap<>(own)));
    }

    Sender sender() {
        return sender;
    }

    /** As it is now. */
    Content content() {
        return changed ? joined(HeaderSection.octets(fields), body) : original.content();
    }

    /** As one call sees it. */
    Message during(Call call) {
        return new View(call);
    }

    private List<Header> fields() {
        if (fields == null) {
            byte[] head = head();
            HeaderSection section = HeaderSection.parse(head, head.length);
            fields = new ArrayList<>(section.fields());
            body = from(original.content(), section.bodyStart());
        }
        return fields;
    }

    private Content body() {
        fields();
        return body;
    }

    /** The octets up to and with the empty line, and some more. */
    private byte[] head() {
        try (InputStream in = original.content().open()) {
            byte[] octets = in.readNBytes(8 * 1024);
            while (!hasEmptyLine(octets) && octets.length < HEADER_LIMIT) {
                byte[] more = in.readNBytes(octets.length);
                if (more.length == 0) {
                    break;
                }
                byte[] longer = java.util.Arrays.copyOf(octets, octets.length + more.length);
                System.arraycopy(more, 0, longer, octets.length, more.length);
                octets = longer;
            }
            return octets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasEmptyLine(byte[] octets) {
        for (int i = 0; i + 3 < octets.length; i++) {
            if (octets[i] == '\r' && octets[i + 1] == '\n' && octets[i + 2] == '\r' && octets[i + 3] == '\n') {
                return true;
            }
        }
        return false;
    }

    private static Content from(Content whole, long start) {
        return new Content() {
            @Override
            public long size() {
                return whole.size() - start;
            }

            @Override
            public InputStream open() throws IOException {
                InputStream in = whole.open();
                in.skipNBytes(start);
                return in;
            }
        };
    }

    private static Content joined(byte[] head, Content rest) {
        return new Content() {
            @Override
            public long size() {
                return head.length + rest.size();
            }

            @Override
            public InputStream open() throws IOException {
                return new SequenceInputStream(new ByteArrayInputStream(head), rest.open());
            }
        };
    }

    private final class View implements Message, Headers {

        private final Call call;

        private View(Call call) {
            this.call = call;
        }

        @Override
        public String id() {
            return original.id();
        }

        @Override
        public Instant arrival() {
            return original.arrival();
        }

        @Override
        public Envelope envelope() {
            return new Envelope(sender, recipients);
        }

        @Override
        public Headers headers() {
            return this;
        }

        @Override
        public Content content() {
            return AttemptMessage.this.content();
        }

        @Override
        public Content body() {
            return AttemptMessage.this.body();
        }

        @Override
        public Notes notes() {
            return new NotesView(notes, call);
        }

        @Override
        public void replaceSender(Sender other) {
            call.edit(() -> sender = other);
        }

        @Override
        public void addRecipient(Recipient recipient) {
            throw new IllegalStateException("the recipients of an attempt do not change");
        }

        @Override
        public void removeRecipient(Recipient recipient) {
            throw new IllegalStateException("the recipients of an attempt do not change");
        }

        @Override
        public void replaceBody(InputStream other) {
            call.edit(() -> {
                fields();
                try (other) {
                    body = Content.of(other.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                changed = true;
            });
        }

        // ---- Headers

        private void change(Runnable edit) {
            call.edit(() -> {
                fields();
                edit.run();
                changed = true;
            });
        }

        @Override
        public List<Header> all() {
            return List.copyOf(fields());
        }

        @Override
        public List<Header> all(String name) {
            return fields().stream().filter(field -> field.is(name)).toList();
        }

        @Override
        public Optional<String> first(String name) {
            return fields().stream().filter(field -> field.is(name)).findFirst().map(Header::value);
        }

        @Override
        public void prepend(Header header) {
            insert(0, header);
        }

        @Override
        public void append(Header header) {
            insert(Integer.MAX_VALUE, header);
        }

        @Override
        public void insert(int index, Header header) {
            change(() -> fields.add(Math.clamp(index, 0, fields.size()), header));
        }

        @Override
        public void replace(int n, Header header) {
            change(() -> {
                int at = indexOf(header.name(), n);
                if (at < 0) {
                    fields.add(header);
                } else {
                    fields.set(at, header);
                }
            });
        }

        @Override
        public void remove(String name, int n) {
            change(() -> {
                int at = indexOf(name, n);
                if (at >= 0) {
                    fields.remove(at);
                }
            });
        }

        @Override
        public void remove(String name) {
            change(() -> fields.removeIf(field -> field.is(name)));
        }

        private int indexOf(String name, int n) {
            int seen = 0;
            for (int i = 0; i < fields.size(); i++) {
                if (fields.get(i).is(name) && seen++ == n) {
                    return i;
                }
            }
            return -1;
        }
    }
}
