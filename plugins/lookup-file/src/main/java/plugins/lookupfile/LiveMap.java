package plugins.lookupfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Keys;
import mta.lookup.Queries;
import mta.lookup.Question;
import mta.lookup.Source;

/**
 * The entries of a file, as it is now. A change is taken over once the file has looked the same twice, because an editor
 * may be half way through; one with a mistake, or that the file is gone, leaves the old entries in force. Asked by any
 * thread; {@link #look} is for one, the watcher's.
 */
final class LiveMap implements Source {

    private record Stamp(Object time, long size, Object key) {
        static final Stamp NONE = new Stamp("", -1, "");
    }

    private final String query;
    private final Path file;
    private final Keys keys;
    private final boolean fold;
    private volatile Optional<Map<String, Found>> entries = Optional.empty();
    private volatile Optional<String> refusal = Optional.empty();
    private Stamp read;
    private Stamp seen;

    /** Reads the file. While it has never been read without a mistake, nothing can be told. */
    LiveMap(String query, Path file, Keys keys, boolean fold) {
        this.query = query;
        this.file = file;
        this.keys = keys;
        this.fold = fold;
        this.seen = stamp();
        load();
    }

    /** @return whether something has changed: the entries, or why the file is refused */
    boolean look() {
        Stamp now = stamp();
        boolean settled = now.equals(seen);
        seen = now;
        return settled && !now.equals(read) && load();
    }

    private boolean load() {
        read = seen;
        try {
            entries = Optional.of(MapFile.read(file, fold, Queries.blank(query)));
            refusal = Optional.empty();
        } catch (MapRefused e) {
            refusal = Optional.of(e.getMessage());
        }
        return true;
    }

    private Stamp stamp() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return Stamp.NONE; // reading it says why
        }
    }

    @Override
    public Optional<Found> ask(Question question) throws IOException {
        Map<String, Found> now = entries.orElseThrow(() -> new IOException(refusal.orElse("")));
        for (String key : keys.of(question)) {
            Found found = now.get(Entries.plain(key, fold));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    String query() {
        return query;
    }

    Path file() {
        return file;
    }

    /** How many; empty: none could ever be read. */
    Optional<Integer> size() {
        return entries.map(Map::size);
    }

    /** Why the file as it is now is not in force. */
    Optional<String> refusal() {
        return refusal;
    }
}
