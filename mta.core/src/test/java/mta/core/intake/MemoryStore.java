package mta.core.intake;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Content;

/** A store in memory, with trouble on demand. */
final class MemoryStore implements Store {

    record Put(StoredMessage message, byte[] content) {}

    final List<Put> stored = new ArrayList<>();
    boolean failPut;
    boolean failLarge;
    int openLarge;
    String closed = "";

    private static StoreException full() {
        return new StoreException(Reply.of(452, "4.3.1", "Insufficient system storage"), null);
    }

    @Override
    public LargeContent large(long id) throws StoreException {
        if (failLarge) {
            throw full();
        }
        openLarge++;
        return new LargeContent() {
            private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
            private boolean open = true;

            @Override
            public void write(byte[] chunk) {
                if (chunk.length > CHUNK_BYTES || octets.size() % CHUNK_BYTES != 0) {
                    throw new IllegalArgumentException("only the last chunk may be short");
                }
                octets.writeBytes(chunk);
            }

            @Override
            public long size() {
                return octets.size();
            }

            @Override
            public Content content() {
                return Content.of(octets.toByteArray());
            }

            @Override
            public void close() {
                if (open) {
                    open = false;
                    openLarge--;
                }
            }
        };
    }

    @Override
    public void put(List<Parcel> parcels) throws StoreException {
        if (failPut) {
            throw full();
        }
        for (Parcel parcel : parcels) {
            var whole = new ByteArrayOutputStream();
            whole.writeBytes(parcel.head());
            parcel.rest().ifPresent(rest -> {
                try {
                    rest.content().writeTo(whole);
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            stored.add(new Put(parcel.message(), whole.toByteArray()));
        }
    }

    @Override
    public long highestId() {
        return 0;
    }

    @Override
    public String closed() {
        return closed;
    }
}
