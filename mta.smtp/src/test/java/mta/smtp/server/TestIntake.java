package mta.smtp.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.Notes;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Headers;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;

/** Keeps what was committed in memory. Thread-safe. */
final class TestIntake implements Intake {

    record Taken(
            String id,
            Origin origin,
            Envelope envelope,
            String content,
            Map<String, Map<String, Object>> notes,
            Optional<String> hold,
            Optional<Instant> notBefore) {

        /** Without the Received field that the server puts on top. */
        String sent() {
            return content.replaceFirst("(?s)^Received: .*?\r\n(?![\t ])", "");
        }
    }

    final List<Taken> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();

    /** When there, what every commit is answered with. */
    volatile Optional<Reply> refusal = Optional.empty();

    /** Whether writing content fails. */
    volatile boolean full;

    @Override
    public Draft open(Origin origin, Envelope envelope) {
        open.incrementAndGet();
        return new TestDraft(origin, envelope);
    }

    @Override
    public Draft open(Origin origin, Envelope envelope, Pin pin) {
        return open(origin, envelope);
    }

    private final class TestDraft implements Draft {

        private final String id = "ID%04d".formatted(numbers.incrementAndGet());
        private final Origin origin;
        private Envelope envelope;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private String prepended = "";
        private Map<String, Map<String, Object>> notes = new HashMap<>();
        private Optional<String> hold = Optional.empty();
        private Optional<Instant> notBefore = Optional.empty();
        private boolean closed;

        TestDraft(Origin origin, Envelope envelope) {
            this.origin = origin;
            this.envelope = envelope;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public void sender(Sender sender) {
            envelope = envelope.withSender(sender);
        }

        @Override
        public void recipients(List<Recipient> recipients) {
            envelope = envelope.withRecipients(recipients);
        }

        @Override
        public OutputStream content() {
            return new OutputStream() {
                @Override
                public void write(int octet) {
                    throw new AssertionError("octet by octet");
                }

                @Override
                public void write(byte[] octets, int from, int length) throws IOException {
                    if (full) {
                        throw new IOException("no room");
                    }
                    content.write(octets, from, length);
                }
            };
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public void prepend(byte[] fields) {
            prepended = new String(fields, StandardCharsets.ISO_8859_1) + prepended;
        }

        @Override
        public void notes(Map<String, Map<String, Object>> all) {
            notes = new HashMap<>();
            all.forEach((plugin, page) -> notes.put(plugin, new HashMap<>(page)));
        }

        @Override
        public void hold(String reason) {
            hold = Optional.of(reason);
        }

        @Override
        public void notBefore(Instant when) {
            notBefore = Optional.of(when);
        }

        private String whole() {
            return prepended + content.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public Receipt commit() {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            if (refusal.isPresent()) {
                return new Refused(refusal.get());
            }
            taken.add(new Taken(id, origin, envelope, whole(), notes, hold, notBefore));
            return new Stored(id);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }

        @Override
        public Message message(Call call) {
            return new TestMessage(this, call);
        }
    }

    private record TestMessage(TestDraft draft, Call call) implements Message {

        @Override
        public String id() {
            return draft.id;
        }

        @Override
        public Instant arrival() {
            return Instant.EPOCH;
        }

        @Override
        public Envelope envelope() {
            return draft.envelope;
        }

        @Override
        public Headers headers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Content content() {
            return Content.of(draft.whole().getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public Content body() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Notes notes() {
            return new Notes() {
                @Override
                public Optional<Object> find(String key) {
                    return find(call.plugin(), key);
                }

                @Override
                public Optional<Object> find(String plugin, String key) {
                    return Optional.ofNullable(
                            draft.notes.getOrDefault(plugin, Map.of()).get(key));
                }

                @Override
                public void put(String key, Object json) {
                    call.edit(() -> draft.notes
                            .computeIfAbsent(call.plugin(), _ -> new HashMap<>())
                            .put(key, json));
                }

                @Override
                public Map<String, Map<String, Object>> all() {
                    return draft.notes;
                }
            };
        }

        @Override
        public void replaceSender(Sender sender) {
            call.edit(() -> draft.sender(sender));
        }

        @Override
        public void addRecipient(Recipient recipient) {
            call.edit(() -> {
                var more = new java.util.ArrayList<>(draft.envelope.recipients());
                more.add(recipient);
                draft.recipients(more);
            });
        }

        @Override
        public void removeRecipient(Recipient recipient) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void replaceBody(InputStream body) {
            throw new UnsupportedOperationException();
        }
    }
}
