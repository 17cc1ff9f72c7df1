package mta.queue.dispatch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import mta.core.intake.MessageId;
import mta.core.intake.StoredMessage;
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
 * A message on its way out. What is stored never changes; edits hold for the attempt. The header section is read only
 * when somebody asks. Used by the thread of the attempt.
 */
final class OutgoingMessage implements Message {

    /** More than any honest header section; what is longer belongs to the body. */
    private static final int MOST_HEADER_BYTES = 1 << 20;

    /** What the edits of an attempt have made of the message; the views of all its calls share it. */
    private static final class State {
        Envelope envelope;
        Content content;
        List<Header> headers;
        Content body;
        boolean rewritten;
    }

    private final StoredMessage stored;
    private final State state;
    private final Call call;

    OutgoingMessage(StoredMessage stored, Envelope envelope, Content content) {
        this.stored = stored;
        this.state = new State();
        this.state.envelope = envelope;
        this.state.content = content;
        this.call = null;
    }

    private OutgoingMessage(OutgoingMessage of, Call call) {
        this.stored = of.stored;
        this.state = of.state;
        this.call = call;
    }

    /** The same message as one call sees it, whose edits take effect when the call has succeeded. */
    OutgoingMessage during(Call editing) {
        return new OutgoingMessage(this, editing);
    }

    @Override
    public String id() {
        return MessageId.text(stored.id());
    }

    @Override
    public Instant arrival() {
        return stored.arrival();
    }

    @Override
    public Envelope envelope() {
        return state.envelope;
    }

    @Override
    public Content content() {
        if (state.rewritten) {
            state.content = joined(state.headers, state.body);
            state.rewritten = false;
        }
        return state.content;
    }

    @Override
    public Content body() {
        parse();
        return state.body;
    }

    @Override
    public Headers headers() {
        parse();
        return new View();
    }

    @Override
    public Notes notes() {
        return new StoredNotes(stored.notes(), call == null ? "" : call.plugin());
    }

    @Override
    public void replaceSender(Sender sender) {
        edit(() -> state.envelope = state.envelope.withSender(sender));
    }

    @Override
    public void addRecipient(Recipient recipient) {
        throw new IllegalStateException("an attempt's recipients are fixed");
    }

    @Override
    public void removeRecipient(Recipient recipient) {
        throw new IllegalStateException("an attempt's recipients are fixed");
    }

    @Override
    public void replaceBody(InputStream body) {
        edit(() -> {
            parse();
            try (body) {
                state.body = Content.of(body.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            state.rewritten = true;
        });
    }

    private void edit(Runnable edit) {
        if (call == null) {
            throw new IllegalStateException("this stage only reads");
        }
        call.edit(edit);
    }

    // -- header section -----------------------------------------------------------------------------------------------

    private void parse() {
        if (state.headers != null) {
            return;
        }
        Content whole = state.content;
        byte[] start;
        try (InputStream in = whole.open()) {
            start = in.readNBytes((int) Math.min(whole.size(), MOST_HEADER_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Header> headers = new ArrayList<>();
        int at = 0;
        while (at < start.length) {
            int end = endOfField(start, at);
            int colon = colon(start, at, end);
            if (end < 0 || colon < 0) {
                break;
            }
            try {
                headers.add(new Header(
                        new String(start, at, colon - at, StandardCharsets.ISO_8859_1),
                        new String(start, colon + 1, end - 2 - colon - 1, StandardCharsets.ISO_8859_1)));
            } catch (IllegalArgumentException e) {
                break;
            }
            at = end;
        }
        boolean emptyLine = at + 1 < start.length && start[at] == '\r' && start[at + 1] == '\n';
        int bodyStart = emptyLine ? at + 2 : at;
        state.headers = headers;
        state.body = new Tail(whole, bodyStart);
    }

    /** Behind the line break that ends the field, or -1. */
    private static int endOfField(byte[] octets, int from) {
        for (int i = from; i + 1 < octets.length; i++) {
            boolean fold = i + 2 < octets.length && (octets[i + 2] == ' ' || octets[i + 2] == '\t');
            if (octets[i] == '\r' && octets[i + 1] == '\n' && !fold) {
                return i + 2;
            }
        }
        return -1;
    }

    private static int colon(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] == ':') {
                return i == from ? -1 : i;
            }
            if (octets[i] <= ' ') {
                return -1;
            }
        }
        return -1;
    }

    private static Content joined(List<Header> headers, Content body) {
        var out = new ByteArrayOutputStream(1024);
        for (Header header : headers) {
            out.writeBytes((header.name() + ":" + header.raw() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {'\r', '\n'});
        byte[] head = out.toByteArray();
        return new Content() {
            @Override
            public long size() {
                return head.length + body.size();
            }

            @Override
            public InputStream open() throws IOException {
                return new SequenceInputStream(new ByteArrayInputStream(head), body.open());
            }
        };
    }

    private record Tail(Content whole, int start) implements Content {
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
    }

    private final class View implements Headers {
        @Override
        public List<Header> all() {
            return List.copyOf(state.headers);
        }

        @Override
        public List<Header> all(String name) {
            return state.headers.stream().filter(header -> header.is(name)).toList();
        }

        @Override
        public Optional<String> first(String name) {
            return state.headers.stream()
                    .filter(header -> header.is(name))
                    .findFirst()
                    .map(Header::value);
        }

        @Override
        public void prepend(Header header) {
            change(list -> list.addFirst(header));
        }

        @Override
        public void append(Header header) {
            change(list -> list.addLast(header));
        }

        @Override
        public void insert(int index, Header header) {
            change(list -> list.add(Math.clamp(index, 0, list.size()), header));
        }

        @Override
        public void replace(int n, Header header) {
            change(list -> {
                int at = find(list, header.name(), n);
                if (at < 0) {
                    list.add(header);
                } else {
                    list.set(at, header);
                }
            });
        }

        @Override
        public void remove(String name, int n) {
            change(list -> {
                int at = find(list, name, n);
                if (at >= 0) {
                    list.remove(at);
                }
            });
        }

        @Override
        public void remove(String name) {
            change(list -> list.removeIf(header -> header.is(name)));
        }

        private void change(Consumer<List<Header>> change) {
            edit(() -> {
                parse();
                change.accept(state.headers);
                state.rewritten = true;
            });
        }

        private static int find(List<Header> list, String name, int n) {
            int seen = 0;
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).is(name) && seen++ == n) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** What plugins noted on the way in; on the way out notes only read. */
    private record StoredNotes(Map<String, Map<String, Object>> all, String plugin) implements Notes {
        @Override
        public Optional<Object> find(String key) {
            return find(plugin, key);
        }

        @Override
        public Optional<Object> find(String name, String key) {
            return Optional.ofNullable(all.getOrDefault(name, Map.of()).get(key));
        }

        @Override
        public void put(String key, Object json) {
            throw new IllegalStateException("notes are made on the way in");
        }
    }
}
