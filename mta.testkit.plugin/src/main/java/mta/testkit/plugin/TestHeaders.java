package mta.testkit.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Headers;

/** The header section of a {@link TestMessage}. */
public final class TestHeaders implements Headers {

    private final Edits edits;
    private final List<Header> fields = new ArrayList<>();

    TestHeaders(Edits edits) {
        this.edits = edits;
    }

    @Override
    public List<Header> all() {
        return List.copyOf(fields);
    }

    @Override
    public List<Header> all(String name) {
        return fields.stream().filter(field -> field.is(name)).toList();
    }

    @Override
    public Optional<String> first(String name) {
        return fields.stream().filter(field -> field.is(name)).findFirst().map(Header::value);
    }

    @Override
    public void prepend(Header header) {
        edits.edit("prepend " + show(header), () -> fields.addFirst(header));
    }

    @Override
    public void append(Header header) {
        edits.edit("append " + show(header), () -> fields.add(header));
    }

    @Override
    public void insert(int index, Header header) {
        edits.edit("insert " + index + " " + show(header), () -> fields.add(Math.min(index, fields.size()), header));
    }

    @Override
    public void replace(int n, Header header) {
        edits.edit("replace " + n + " " + show(header), () -> {
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
        edits.edit("remove " + n + " " + name, () -> {
            int at = indexOf(name, n);
            if (at >= 0) {
                fields.remove(at);
            }
        });
    }

    @Override
    public void remove(String name) {
        edits.edit("remove " + name, () -> fields.removeIf(field -> field.is(name)));
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

    private static String show(Header header) {
        return header.name() + ": " + header.value();
    }
}
