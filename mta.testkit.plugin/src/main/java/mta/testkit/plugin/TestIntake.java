package mta.testkit.plugin;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;

/** Keeps what plugins inject. For one thread. */
public final class TestIntake implements Intake {

    private final List<Injected> injected = new ArrayList<>();
    private Optional<Reply> refusal = Optional.empty();

    /** A message that was taken. */
    public record Injected(
            String id,
            Origin origin,
            Envelope envelope,
            byte[] content,
            Map<String, Map<String, Object>> notes,
            Optional<String> held,
            Optional<Instant> notBefore) {}

    /** From now on everything is refused so. */
    public TestIntake refusing(String reply) {
        refusal = Optional.of(Reply.parse(reply));
        return this;
    }

    /** From now on everything is taken. */
    public TestIntake taking() {
        refusal = Optional.empty();
        return this;
    }

    public List<Injected> injected() {
        return List.copyOf(injected);
    }

    /** @throws AssertionError if there is not exactly one message */
    public Injected only() {
        if (injected.size() != 1) {
            throw new AssertionError("expected one message, got " + injected.size());
        }
        return injected.getFirst();
    }

    @Override
    public Draft open(Origin origin, Envelope envelope, Pin pin) {
        return open(origin, envelope);
    }

    @Override
    public Draft open(Origin origin, Envelope envelope) {
        return new TestDraft("0INJECTED" + (1000 + injected.size()), origin, envelope);
    }

    private final class TestDraft implements Draft {

        private final String id;
        private final Origin origin;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private Envelope envelope;
        private byte[] above = {};
        private Map<String, Map<String, Object>> notes = Map.of();
        private Optional<String> held = Optional.empty();
        private Optional<Instant> notBefore = Optional.empty();

        TestDraft(String id, Origin origin, Envelope envelope) {
            this.id = id;
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
            return content;
        }

        @Override
        public long size() {
            return above.length + content.size();
        }

        @Override
        public void prepend(byte[] fields) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(fields);
            all.writeBytes(above);
            above = all.toByteArray();
        }

        @Override
        public void notes(Map<String, Map<String, Object>> all) {
            notes = Map.copyOf(all);
        }

        @Override
        public void hold(String reason) {
            held = Optional.of(reason);
        }

        @Override
        public void notBefore(Instant when) {
            notBefore = Optional.of(when);
        }

        @Override
        public Message message(Call call) {
            throw new UnsupportedOperationException("the fake intake runs no hooks");
        }

        @Override
        public Receipt commit() {
            if (refusal.isPresent()) {
                return new Refused(refusal.get());
            }
            var all = new ByteArrayOutputStream();
            all.writeBytes(above);
            all.writeBytes(content.toByteArray());
            injected.add(new Injected(id, origin, envelope, all.toByteArray(), notes, held, notBefore));
            return new Stored(id);
        }

        @Override
        public void close() {}
    }
}
