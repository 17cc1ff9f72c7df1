package mta.queue.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import mta.queue.spool.SpoolException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path directory;

    private SpoolSettings settings() {
        return SpoolSettings.of(directory.resolve("spool")).floor(0).buffers(4 << 20, 1 << 20, 16 << 20);
    }

    static byte[] content(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    static byte[] state(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static byte[] read(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.open().transferTo(out);
        return out.toByteArray();
    }

    private static final AtomicLong NUMBERS = new AtomicLong(System.currentTimeMillis() << 20);

    static long number() {
        return NUMBERS.incrementAndGet();
    }

    static long put(Spool spool, byte[] body, String... states) {
        byte[][] encoded = new byte[states.length][];
        for (int entry = 0; entry < states.length; entry++) {
            encoded[entry] = state(states[entry]);
        }
        return put(spool, body, encoded);
    }

    static long put(Spool spool, byte[] body, byte[][] states) {
        long message = number();
        if (body.length <= Body.CHUNK) {
            spool.commit(new Batch().put(message, body, states), Durability.SYNCED);
            return message;
        }
        try (Draft draft = spool.draft(message)) {
            write(draft, body);
            spool.commit(new Batch().put(draft, Arrays.copyOf(body, Body.CHUNK), states), Durability.SYNCED);
            return message;
        }
    }

    /** All but the head. */
    static void write(Draft draft, byte[] body) {
        for (int at = Body.CHUNK; at < body.length; at += Body.CHUNK) {
            draft.write(Arrays.copyOfRange(body, at, Math.min(body.length, at + Body.CHUNK)));
        }
    }

    static TreeMap<String, String> replay(Spool spool) {
        TreeMap<String, String> seen = new TreeMap<>();
        spool.replay((message, entry, state) -> {
            byte[] bytes = new byte[state.remaining()];
            state.get(bytes);
            seen.put(message + "/" + entry, new String(bytes));
        });
        return seen;
    }

    /** Sizes around every boundary of pieces, read back from memory and after a restart from disk. */
    @Test
    void bodiesOfAnySizeComeBack() throws IOException {
        int[] sizes = {
            0,
            1,
            8191,
            8192,
            8193,
            100_000,
            Body.CHUNK - 1,
            Body.CHUNK,
            Body.CHUNK + 1,
            2 * Body.CHUNK,
            2 * Body.CHUNK + 1,
            5 * Body.CHUNK,
            3_000_000
        };
        List<Long> messages = new ArrayList<>();
        try (RocksSpool spool = new RocksSpool(settings())) {
            for (int size : sizes) {
                messages.add(put(spool, content(size, size), "s" + size));
            }
            for (int i = 0; i < sizes.length; i++) {
                assertArrayEquals(
                        content(sizes[i], sizes[i]),
                        read(spool.body(messages.get(i)).orElseThrow()));
            }
        }
        try (RocksSpool spool = new RocksSpool(settings())) {
            assertEquals(sizes.length, replay(spool).size());
            for (int i = 0; i < sizes.length; i++) {
                Body body = spool.body(messages.get(i)).orElseThrow();
                assertEquals(sizes[i], body.bytes());
                assertArrayEquals(content(sizes[i], sizes[i]), read(body), "size " + sizes[i]);
                assertArrayEquals(
                        state("s" + sizes[i]), spool.state(messages.get(i), 0).orElseThrow());
            }
            for (long message : messages) {
                spool.commit(new Batch().remove(message, 0), Durability.WRITTEN);
                assertTrue(spool.body(message).isEmpty());
            }
        }
        assertEquals(new SpoolTool.Report(0, 0, 0, 0, 0, 0), check());
    }

    private SpoolTool.Report check() {
        return new SpoolTool(directory.resolve("spool"), System.out, SpoolTool.StateText.BASE64).check();
    }

    @Test
    void draftIsReadBeforeItsCommitAndClosedAfterIt() throws IOException {
        try (RocksSpool spool = new RocksSpool(settings());
                Draft draft = spool.draft(number())) {
            byte[] rest = content(1, 200_000);
            draft.write(rest);
            draft.write(rest);
            assertEquals(400_000, draft.bytes());
            assertArrayEquals(rest, Arrays.copyOf(draft.open().readAllBytes(), 200_000));
            assertTrue(spool.body(draft.message()).isEmpty());
            byte[] head = state("Received: x\r\n");
            spool.commit(new Batch().put(draft, head, state("s")), Durability.SYNCED);
            assertEquals(
                    400_000 + head.length,
                    spool.body(draft.message()).orElseThrow().bytes());
            assertThrows(IllegalStateException.class, () -> draft.write(rest));
            assertThrows(IllegalArgumentException.class, () -> spool.draft(1).write(new byte[Body.CHUNK + 1]));
        }
    }

    @Test
    void draftWithoutAPieceIsASmallMessage() throws IOException {
        long message = number();
        try (RocksSpool spool = new RocksSpool(settings());
                Draft draft = spool.draft(message)) {
            spool.commit(new Batch().put(draft, state("all"), state("s")), Durability.SYNCED);
            assertArrayEquals(state("all"), read(spool.body(message).orElseThrow()));
            spool.commit(new Batch().remove(message, 0), Durability.WRITTEN);
            assertTrue(spool.body(message).isEmpty());
        }
        assertEquals(new SpoolTool.Report(0, 0, 0, 0, 0, 0), check());
    }

    @Test
    void bodyGoesWithTheLastEntry() {
        long message;
        try (RocksSpool spool = new RocksSpool(settings())) {
            message = put(spool, content(1, 1000), "a", "b", "c");
            spool.commit(new Batch().remove(message, 1), Durability.WRITTEN);
            assertTrue(spool.body(message).isPresent());
        }
        // The marks are gone with the process; the replay brings them back.
        try (RocksSpool spool = new RocksSpool(settings().cache(0))) {
            assertEquals(
                    List.of(message + "/0", message + "/2"),
                    List.copyOf(replay(spool).keySet()));
            spool.commit(new Batch().remove(message, 0), Durability.WRITTEN);
            assertTrue(spool.body(message).isPresent());
            spool.commit(new Batch().update(message, 2, state("c2")).add(message, 3, state("d")), Durability.WRITTEN);
            spool.commit(new Batch().remove(message, 2).remove(message, 3), Durability.WRITTEN);
            assertTrue(spool.body(message).isEmpty());
        }
        assertEquals(0, check().withoutEntry());
    }

    @Test
    void entryAddedToASingleOneSharesItsBody() {
        try (RocksSpool spool = new RocksSpool(settings())) {
            long message = put(spool, content(1, 1000), "a");
            spool.commit(new Batch().add(message, 1, state("b")).remove(message, 0), Durability.WRITTEN);
            assertTrue(spool.body(message).isPresent());
            assertTrue(spool.state(message, 0).isEmpty());
            spool.commit(new Batch().remove(message, 1), Durability.WRITTEN);
            assertTrue(spool.body(message).isEmpty());
            spool.commit(new Batch().remove(message, 1), Durability.WRITTEN);
        }
        assertEquals(new SpoolTool.Report(0, 0, 0, 0, 0, 0), check());
    }

    @Test
    void abandonedDraftsLeaveNothing() {
        try (RocksSpool spool = new RocksSpool(settings())) {
            try (Draft draft = spool.draft(number())) {
                write(draft, content(1, 1_000_000));
            }
            Draft unclosed = spool.draft(number());
            write(unclosed, content(1, 1_000_000));
        }
        try (RocksSpool spool = new RocksSpool(settings())) {
            assertTrue(replay(spool).isEmpty());
        }
        assertEquals(new SpoolTool.Report(0, 0, 0, 0, 0, 0), check());
    }

    @Test
    void submittedOutcomesAreThereAfterAnOrderlyClose() {
        int count = 5000;
        try (RocksSpool spool = new RocksSpool(settings())) {
            for (int i = 0; i < count; i++) {
                long message = number();
                spool.commit(new Batch().put(message, content(i, 2000), state("new")), Durability.SUBMITTED);
                spool.commit(
                        i % 2 == 0 ? new Batch().remove(message, 0) : new Batch().update(message, 0, state("later")),
                        Durability.SUBMITTED);
            }
        }
        try (RocksSpool spool = new RocksSpool(settings())) {
            TreeMap<String, String> seen = replay(spool);
            assertEquals(count / 2, seen.size());
            assertEquals(Set.of("later"), Set.copyOf(seen.values()));
        }
    }

    @Test
    void stateLargerThanTheReplayBuffer() {
        String text = "x".repeat(300_000);
        try (RocksSpool spool = new RocksSpool(settings())) {
            long message = put(spool, new byte[10], "small", text, "after");
            assertEquals(text, replay(spool).get(message + "/1"));
            assertEquals("after", replay(spool).get(message + "/2"));
        }
    }

    /** 64 virtual threads put, read, change and remove; what is left is exactly what they believe is left. */
    @Test
    void manyThreads() throws InterruptedException {
        ConcurrentHashMap<String, String> expected = new ConcurrentHashMap<>();
        AtomicInteger wrong = new AtomicInteger();
        try (RocksSpool spool = new RocksSpool(settings().cache(1 << 20))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 64; t++) {
                long seed = t;
                threads.add(Thread.ofVirtual().start(() -> work(spool, seed, expected, wrong)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(0, wrong.get());
            assertEquals(new TreeMap<>(expected), replay(spool));
            assertTrue(spool.status().batches() > spool.status().groups(), "no group ever held two batches");
        }
        try (RocksSpool spool = new RocksSpool(settings())) {
            assertEquals(new TreeMap<>(expected), replay(spool));
        }
        assertTrue(check().sound());
        assertEquals(0, check().withoutEntry());
    }

    private static void work(Spool spool, long seed, ConcurrentHashMap<String, String> expected, AtomicInteger wrong) {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            try {
                byte[] body = content(seed * 1000 + i, random.nextInt(20) == 0 ? 400_000 : random.nextInt(20_000));
                long message = random.nextBoolean() ? put(spool, body, "a") : put(spool, body, "a", "b");
                if (!Arrays.equals(body, read(spool.body(message).orElseThrow()))) {
                    wrong.incrementAndGet();
                }
                expected.put(message + "/0", "a");
                if (spool.state(message, 1).isPresent()) {
                    expected.put(message + "/1", "b");
                    spool.commit(new Batch().update(message, 1, state("B")), Durability.SUBMITTED);
                    expected.put(message + "/1", "B");
                }
                if (random.nextInt(3) > 0) {
                    spool.commit(new Batch().remove(message, 0), Durability.WRITTEN);
                    expected.remove(message + "/0");
                    if (spool.body(message).isPresent() != expected.containsKey(message + "/1")) {
                        wrong.incrementAndGet();
                    }
                }
            } catch (IOException | RuntimeException e) {
                e.printStackTrace();
                wrong.incrementAndGet();
            }
        }
    }

    @Test
    void cacheStaysInItsBoundsAndTrims() {
        try (RocksSpool spool = new RocksSpool(settings().cache(100_000))) {
            List<Long> messages = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                messages.add(put(spool, content(i, 10_000), "s"));
                assertTrue(spool.status().cachedBytes() <= 100_000);
            }
            assertTrue(spool.status().cachedBytes() > 50_000);
            assertTrue(spool.body(messages.getFirst()).isPresent());
            spool.trim(0);
            assertEquals(0, spool.status().cachedBytes());
            messages.forEach(message -> spool.commit(new Batch().remove(message, 0), Durability.SUBMITTED));
        }
    }

    @Test
    void secondOpeningNamesTheOwner() {
        try (RocksSpool spool = new RocksSpool(settings())) {
            put(spool, new byte[1], "s");
            SpoolException refused = assertThrows(SpoolException.class, () -> new RocksSpool(settings()));
            assertEquals(Kind.LOCKED, refused.kind());
            assertTrue(
                    refused.getMessage()
                            .contains("process " + ProcessHandle.current().pid()),
                    refused.getMessage());
        }
    }

    @Test
    void closedSpoolSaysSo() {
        RocksSpool spool = new RocksSpool(settings());
        long message = put(spool, new byte[1], "s");
        spool.close();
        spool.close();
        List<Executable> calls = List.of(
                () -> put(spool, new byte[1], "s"),
                () -> spool.replay((_, _, _) -> {}),
                () -> spool.commit(new Batch().remove(message, 0), Durability.SUBMITTED),
                () -> spool.state(message + 1, 0));
        for (Executable call : calls) {
            assertEquals(Kind.CLOSED, assertThrows(SpoolException.class, call).kind());
        }
    }

    // -- damage -------------------------------------------------------------------------------------------------------

    private Path fill(int count) throws IOException {
        Path spoolDirectory = directory.resolve("spool");
        try (RocksSpool spool = new RocksSpool(settings())) {
            for (int i = 0; i < count; i++) {
                put(spool, content(i, 8000), "state " + i);
            }
        }
        // A start moves the log into tables.
        new RocksSpool(settings()).close();
        return spoolDirectory;
    }

    private void assertRefused(String word) {
        SpoolException refused = assertThrows(SpoolException.class, () -> new RocksSpool(settings()));
        assertEquals(Kind.DAMAGED, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains(word), refused.getMessage());
        assertTrue(refused.getMessage().contains("./mta spool repair"), refused.getMessage());
    }

    private static Path first(Path directory, String suffix) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file ->
                            file.toString().endsWith(suffix) && file.toFile().length() > 0)
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flip(Path file, long at, int count) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < count; i++) {
            bytes[(int) at + i] ^= 0x5a;
        }
        Files.write(file, bytes);
    }

    @Test
    void missingCurrentIsRefusedAndRepaired() throws IOException {
        Path spool = fill(200);
        Files.delete(spool.resolve("CURRENT"));
        assertRefused("CURRENT");
        assertTrue(new SpoolTool(spool, System.out, SpoolTool.StateText.BASE64)
                .repair()
                .sound());
        try (RocksSpool again = new RocksSpool(settings())) {
            assertEquals(200, replay(again).size());
        }
    }

    @Test
    void damagedTableIsNeverTakenForALock() throws IOException {
        Path spool = fill(200);
        try (var files = Files.list(spool)) {
            for (Path table :
                    files.filter(file -> file.toString().endsWith(".sst")).toList()) {
                flip(table, 0, (int) Math.min(2000, table.toFile().length() - 60));
            }
        }
        SpoolException refused = assertThrows(SpoolException.class, () -> {
            try (RocksSpool again = new RocksSpool(settings())) {
                replay(again);
            }
        });
        assertEquals(Kind.DAMAGED, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains("./mta spool repair"), refused.getMessage());
        assertTrue(!new SpoolTool(spool, System.out, SpoolTool.StateText.BASE64)
                .check()
                .sound());
    }

    @Test
    void missingTableIsRefused() throws IOException {
        Path spool = fill(200);
        Files.delete(first(spool, ".sst"));
        assertRefused(".sst");
    }

    @Test
    void missingBlobFileIsRefused() throws IOException {
        Path spool = fill(200);
        Files.delete(first(spool, ".blob"));
        assertRefused(".blob");
    }

    @Test
    void damagedLogIsRefusedAndRepaired() throws IOException {
        Path spool = directory.resolve("spool");
        try (RocksSpool fresh = new RocksSpool(settings().buffers(64 << 20, 16 << 20, 256 << 20))) {
            for (int i = 0; i < 200; i++) {
                put(fresh, content(i, 8000), "state " + i);
            }
        }
        Path log = first(spool, ".log");
        flip(log, log.toFile().length() / 2, 10);
        assertRefused("checksum mismatch");
        SpoolTool.Report repaired = new SpoolTool(spool, System.out, SpoolTool.StateText.BASE64).repair();
        assertTrue(repaired.sound());
        assertTrue(repaired.messages() > 150, "saved " + repaired.messages());
        try (RocksSpool again = new RocksSpool(settings())) {
            assertEquals(repaired.messages(), replay(again).size());
        }
        assertTrue(Files.isDirectory(directory.resolve("spool.damaged")));
    }

    @Test
    void tornTailOfTheLogIsNoDamage() throws IOException {
        Path spool = directory.resolve("spool");
        try (RocksSpool fresh = new RocksSpool(settings().buffers(64 << 20, 16 << 20, 256 << 20))) {
            for (int i = 0; i < 50; i++) {
                put(fresh, content(i, 8000), "state " + i);
            }
        }
        Path log = first(spool, ".log");
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, bytes.length - 3000));
        try (RocksSpool again = new RocksSpool(settings())) {
            assertEquals(49, replay(again).size());
        }
    }

    @Test
    void damagedBodyIsFoundByCheckAndLeftOutByRepair() throws IOException {
        Path spool = fill(200);
        Path blob = first(spool, ".blob");
        flip(blob, blob.toFile().length() / 2, 10);
        SpoolTool tool = new SpoolTool(spool, System.out, SpoolTool.StateText.BASE64);
        assertTrue(!tool.check().sound());
        Path target = directory.resolve("export");
        assertTrue(tool.export(target) > 0);
        try (var files = Files.list(target)) {
            assertTrue(files.filter(file -> file.toString().endsWith(".eml")).count() >= 190);
        }
        assertTrue(tool.repair().sound());
    }

    @Test
    void exportWritesWhatWasPut() throws IOException {
        long message;
        byte[] body = content(7, 600_000);
        try (RocksSpool spool = new RocksSpool(settings())) {
            message = put(spool, body, "one", "two");
        }
        Path target = directory.resolve("out");
        SpoolTool.StateText plain = state -> '"' + new String(state) + '"';
        assertEquals(
                0,
                SpoolTool.run(
                        new String[] {"export", directory.resolve("spool").toString(), target.toString()},
                        System.out,
                        plain));
        assertArrayEquals(body, Files.readAllBytes(target.resolve(message + ".eml")));
        assertEquals(
                "{\"message\":" + message + ",\"entries\":{\"0\":\"one\",\"1\":\"two\"}}\n",
                Files.readString(target.resolve(message + ".json")));
        assertEquals(2, SpoolTool.run(new String[] {"nonsense"}, System.out, plain));
    }
}
