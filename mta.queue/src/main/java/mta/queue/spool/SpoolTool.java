package mta.queue.spool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import mta.queue.spool.SpoolException.Kind;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What {@code ./mta spool check|export|repair} run while the node is stopped. Single-threaded; prints to the given
 * stream.
 *
 * <p>BUGS: a body of a message whose state cannot be read is not exported. What was in a lost part of the log is lost.
 */
public final class SpoolTool {

    /** Makes a state readable in an export. */
    @FunctionalInterface
    public interface StateText {
        /** A JSON value. */
        String json(byte[] state);

        StateText BASE64 = state -> '"' + Base64.getEncoder().encodeToString(state) + '"';
    }

    /** What a check found. */
    public record Report(
            long entries, long messages, long bytes, long withoutBody, long withoutEntry, long unreadable) {

        /** Orphaned bodies are only wasted space. */
        public boolean sound() {
            return withoutBody == 0 && unreadable == 0;
        }
    }

    private final Path directory;
    private final PrintStream out;
    private final StateText text;

    public SpoolTool(Path directory, PrintStream out, StateText text) {
        this.directory = directory;
        this.out = out;
        this.text = text;
    }

    /** Arguments: check DIR, export DIR TARGET, repair DIR. Exit code 0: sound; 1: not; 2: usage. */
    public static void main(String[] arguments) throws IOException {
        System.exit(run(arguments, System.out, StateText.BASE64));
    }

    /** The command line without the exit. */
    public static int run(String[] arguments, PrintStream out, StateText text) throws IOException {
        String verb = arguments.length < 2 ? "" : arguments[0];
        int wanted = verb.equals("export") ? 3 : 2;
        if (arguments.length != wanted) {
            out.println("usage: check SPOOL | export SPOOL TARGET | repair SPOOL");
            return 2;
        }
        if (!Files.isDirectory(Path.of(arguments[1]))) {
            out.println("no spool at " + arguments[1]);
            return 1;
        }
        SpoolTool tool = new SpoolTool(Path.of(arguments[1]), out, text);
        try {
            return switch (verb) {
                case "check" -> tool.check().sound() ? 0 : 1;
                case "export" -> tool.export(Path.of(arguments[2])) == 0 ? 0 : 1;
                case "repair" -> tool.repair().sound() ? 0 : 1;
                default -> 2;
            };
        } catch (SpoolException e) {
            out.println(e.getMessage());
            return 1;
        }
    }

    /** Reads everything, checksums included, and changes nothing. */
    public Report check() {
        Store store = open(Store.Mode.READ_ONLY);
        try {
            Report report = check(store);
            out.println(report.messages() + " messages, " + report.entries() + " entries, " + report.bytes()
                    + " bytes of bodies");
            out.println(report.withoutBody() + " entries without a body, " + report.withoutEntry()
                    + " pieces of bodies without an entry, " + report.unreadable() + " unreadable stretches");
            out.println(
                    report.sound()
                            ? "sound"
                            : "DAMAGED: './mta spool export DIR' saves what is readable, "
                                    + "'./mta spool repair' builds a sound spool from it");
            return report;
        } finally {
            store.close();
        }
    }

    private Report check(Store store) {
        // Messages are counted off against the bodies in one pass each; only the difference is kept.
        Map<Long, Integer> open = new HashMap<>();
        long[] sums = new long[5];
        long[] last = {-1};
        long bad = each(store, store.states, (key, _) -> {
            sums[0]++;
            long message = Keys.message(key);
            if (message != last[0]) {
                sums[1]++;
                open.put(message, 1);
                last[0] = message;
            } else {
                open.merge(message, 1, Integer::sum);
            }
        });
        long[] current = {-1, 0};
        bad += each(store, store.bodies, (key, value) -> {
            long message = Keys.message(key);
            sums[2] += value.length;
            boolean known = message == current[0] ? current[1] == 1 : open.containsKey(message);
            current[0] = message;
            current[1] = known ? 1 : 0;
            if (!known) {
                sums[4]++;
            } else if (key.length == 8) {
                open.put(message, 0);
            }
        });
        for (int entries : open.values()) {
            sums[3] += entries;
        }
        Map<Long, Integer> pieces = new HashMap<>();
        bad += each(
                store,
                store.large,
                (key, value) -> pieces.put(
                        Keys.message(key),
                        value.length == 0 ? 0 : ByteBuffer.wrap(value).getInt()));
        for (Map.Entry<Long, Integer> large : pieces.entrySet()) {
            sums[3] += open.containsKey(large.getKey()) && !isWhole(store, large.getKey(), large.getValue()) ? 1 : 0;
        }
        return new Report(sums[0], sums[1], sums[2], sums[3], sums[4], bad);
    }

    private static boolean isWhole(Store store, long message, int pieces) {
        for (int number = 1; number < pieces; number++) {
            if (find(store, store.bodies, Keys.part(message, number)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Writes each readable message as N.eml and its states as N.json; returns how many could not be read. */
    public long export(Path target) throws IOException {
        Files.createDirectories(target);
        Store store = openSomehow();
        try {
            Map<Long, Map<Integer, byte[]>> one = new TreeMap<>();
            long[] counts = new long[2];
            long bad = each(store, store.states, (key, state) -> {
                long message = Keys.message(key);
                if (!one.isEmpty() && !one.containsKey(message)) {
                    counts[exportOne(store, one, target)]++;
                }
                one.computeIfAbsent(message, _ -> new TreeMap<>()).put(Keys.number(key), state);
            });
            if (!one.isEmpty()) {
                counts[exportOne(store, one, target)]++;
            }
            out.println(counts[0] + " messages written to " + target + ", " + counts[1] + " without a readable body, "
                    + bad + " unreadable stretches");
            return counts[1] + bad;
        } finally {
            store.close();
        }
    }

    /** Returns 0 if the message is whole, 1 if not. */
    private int exportOne(Store store, Map<Long, Map<Integer, byte[]>> one, Path target) {
        long message = one.keySet().iterator().next();
        Map<Integer, byte[]> states = one.remove(message);
        StringBuilder json = new StringBuilder("{\"message\":" + message + ",\"entries\":{");
        states.forEach((entry, state) -> json.append(json.charAt(json.length() - 1) == '{' ? "" : ",")
                .append('"')
                .append(entry)
                .append("\":")
                .append(text.json(state)));
        json.append("}}\n");
        try {
            Files.writeString(target.resolve(message + ".json"), json);
            Optional<Body> body = body(store, message);
            if (body.isEmpty()) {
                return 1;
            }
            try (InputStream in = body.get().open();
                    OutputStream to = Files.newOutputStream(target.resolve(message + ".eml"))) {
                in.transferTo(to);
            }
            return 0;
        } catch (IOException e) {
            throw new SpoolException(Kind.IO, "cannot write the export: " + e, e);
        } catch (SpoolException e) {
            out.println("message " + message + ": " + e.getMessage());
            return 1;
        }
    }

    /**
     * Builds a new spool of what is readable, puts it in place of the old one, and keeps the old one beside it. States
     * without a body go into the folder "lost" as an export.
     */
    public Report repair() throws IOException {
        Path fresh = directory.resolveSibling(directory.getFileName() + ".repaired");
        Path old = directory.resolveSibling(directory.getFileName() + ".damaged");
        if (Files.exists(fresh) || Files.exists(old)) {
            throw new SpoolException(Kind.IO, "move " + fresh + " and " + old + " away first");
        }
        refuseLocked();
        Store from = openSomehow();
        long[] counts = new long[3];
        try {
            Store to = new Store(SpoolSettings.of(fresh), Store.Mode.NORMAL);
            try (WriteBatch batch = new WriteBatch()) {
                long bad = each(from, from.states, (key, state) -> copy(from, to, batch, key, state, counts));
                to.sync();
                out.println(counts[0] + " entries saved, " + counts[1] + " without a readable body left out, " + bad
                        + " unreadable stretches skipped");
            } catch (RocksDBException e) {
                throw Store.failure(e);
            } finally {
                to.close();
            }
        } finally {
            from.close();
        }
        Files.move(directory, old);
        Files.move(fresh, directory);
        out.println("the old spool is kept in " + old);
        return check();
    }

    private void copy(Store from, Store to, WriteBatch batch, byte[] key, byte[] state, long[] counts) {
        long message = Keys.message(key);
        try {
            if (message != counts[2] || counts[0] == 0) {
                counts[2] = Math.max(counts[2], message);
                copyBody(from, to, batch, message);
            }
            batch.put(to.states, key, state);
            counts[0]++;
            to.write(batch);
            batch.clear();
        } catch (SpoolException e) {
            batch.clear();
            counts[1]++;
            out.println("message " + message + ", entry " + Keys.number(key) + ": " + e.getMessage());
        } catch (RocksDBException e) {
            throw Store.failure(e);
        }
    }

    private void copyBody(Store from, Store to, WriteBatch batch, long message) throws RocksDBException {
        byte[] first = find(from, from.bodies, Keys.message(message)).orElseThrow(() -> gone(message));
        batch.put(to.bodies, Keys.message(message), first);
        Optional<byte[]> large = find(from, from.large, Keys.message(message));
        int pieces = large.isEmpty() || large.get().length == 0
                ? 1
                : ByteBuffer.wrap(large.get()).getInt();
        if (pieces > 1) {
            batch.put(to.large, Keys.message(message), large.get());
        }
        for (int number = 1; number < pieces; number++) {
            batch.put(
                    to.bodies,
                    Keys.part(message, number),
                    find(from, from.bodies, Keys.part(message, number)).orElseThrow(() -> gone(message)));
        }
    }

    private static SpoolException gone(long message) {
        return new SpoolException(Kind.DAMAGED, "no body, or not all of it, for message " + message);
    }

    private static Optional<byte[]> find(Store store, ColumnFamilyHandle family, byte[] key) {
        return Optional.ofNullable(store.find(family, key));
    }

    private static Optional<Body> body(Store store, long message) {
        Optional<byte[]> first = find(store, store.bodies, Keys.message(message));
        byte[] large = find(store, store.large, Keys.message(message)).orElse(new byte[0]);
        int pieces = large.length == 0 ? 1 : ByteBuffer.wrap(large).getInt();
        return first.map(head -> new Body() {
            @Override
            public long bytes() {
                return large.length == 0 ? head.length : ByteBuffer.wrap(large).getLong(4);
            }

            @Override
            public InputStream open() {
                return new Pieces(
                        pieces,
                        number -> number == 0
                                ? head
                                : find(store, store.bodies, Keys.part(message, number))
                                        .orElseThrow(() -> gone(message)));
            }
        });
    }

    /** Shows what is readable of a family in order and returns the number of unreadable stretches. */
    private static long each(Store store, ColumnFamilyHandle family, BiConsumer<byte[], byte[]> visitor) {
        return store.read((database, reads) -> {
            long bad = 0;
            long message = 0;
            // Behind an unreadable block the next key is unknown: grope in growing steps.
            for (long step = 1; step > 0; step *= 2) {
                try (RocksIterator each = database.newIterator(family, reads)) {
                    for (each.seek(Keys.message(message)); each.isValid(); each.next()) {
                        byte[] key = each.key();
                        visitor.accept(key, each.value());
                        message = Keys.message(key);
                        step = 1;
                    }
                    each.status();
                    return bad;
                } catch (RocksDBException e) {
                    bad += step == 1 ? 1 : 0;
                    message += step;
                }
            }
            return bad;
        });
    }

    private void refuseLocked() {
        // A read-only opening takes no lock, so ask for it the normal way and let damage pass.
        try {
            new Store(SpoolSettings.of(directory), Store.Mode.NORMAL).close();
        } catch (SpoolException e) {
            if (e.kind() == Kind.LOCKED) {
                throw e;
            }
        }
    }

    private Store open(Store.Mode mode) {
        return new Store(SpoolSettings.of(directory), mode);
    }

    private Store openSomehow() {
        SpoolException first = null;
        for (Store.Mode mode : new Store.Mode[] {Store.Mode.READ_ONLY, Store.Mode.SALVAGE, Store.Mode.LAST_RESORT}) {
            try {
                return open(mode);
            } catch (SpoolException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
    }
}
