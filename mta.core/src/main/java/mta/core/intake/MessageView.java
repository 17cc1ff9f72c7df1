package mta.core.intake;

import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Notes;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Headers;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/** A draft as one call sees it. */
final class MessageView implements Message, Headers {

    private final MailDraft draft;
    private final Call call;

    MessageView(MailDraft draft, Call call) {
        this.draft = draft;
        this.call = call;
    }

    @Override
    public String id() {
        return draft.id();
    }

    @Override
    public Instant arrival() {
        return draft.arrival();
    }

    @Override
    public Envelope envelope() {
        return draft.envelope();
    }

    @Override
    public Headers headers() {
        return this;
    }

    @Override
    public Content content() {
        return draft.wholeContent();
    }

    @Override
    public Content body() {
        return draft.bodyContent();
    }

    @Override
    public Notes notes() {
        return new NotesView(draft.noted(), call);
    }

    @Override
    public void replaceSender(Sender sender) {
        call.edit(() -> draft.sender(sender));
    }

    @Override
    public void addRecipient(Recipient recipient) {
        call.edit(() -> {
            var list = new ArrayList<>(draft.envelope().recipients());
            list.add(recipient);
            draft.recipients(list);
        });
    }

    @Override
    public void removeRecipient(Recipient recipient) {
        call.edit(() -> draft.recipients(draft.envelope().recipients().stream()
                .filter(other -> !other.address().equals(recipient.address()))
                .toList()));
    }

    @Override
    public void replaceBody(InputStream body) {
        call.edit(() -> draft.replaceBody(body));
    }

    // ---- Headers

    @Override
    public List<Header> all() {
        return List.copyOf(draft.headers());
    }

    @Override
    public List<Header> all(String name) {
        return draft.headers().stream().filter(header -> header.is(name)).toList();
    }

    @Override
    public Optional<String> first(String name) {
        return draft.headers().stream()
                .filter(header -> header.is(name))
                .findFirst()
                .map(Header::value);
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
        call.edit(() -> draft.changeHeaders(list -> list.add(Math.clamp(index, 0, list.size()), header)));
    }

    @Override
    public void replace(int n, Header header) {
        call.edit(() -> draft.changeHeaders(list -> {
            int at = indexOf(list, header.name(), n);
            if (at < 0) {
                list.add(header);
            } else {
                list.set(at, header);
            }
        }));
    }

    @Override
    public void remove(String name, int n) {
        call.edit(() -> draft.changeHeaders(list -> {
            int at = indexOf(list, name, n);
            if (at >= 0) {
                list.remove(at);
            }
        }));
    }

    @Override
    public void remove(String name) {
        call.edit(() -> draft.changeHeaders(list -> list.removeIf(header -> header.is(name))));
    }

    private static int indexOf(List<Header> list, String name, int n) {
        int seen = 0;
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).is(name) && seen++ == n) {
                return i;
            }
        }
        return -1;
    }
}
