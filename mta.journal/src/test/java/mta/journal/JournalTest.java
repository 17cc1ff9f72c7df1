package mta.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final long PLENTY = 1L << 30;

    @TempDir
    Path directory;

    private Journal open() throws IOException {
        return open(PLENTY, false);
    }

    private Journal open(long maxBytes, boolean dropOldest) throws IOException {
        return new Journal(new Journal.Settings(directory, maxBytes, dropOldest, true));
    }

    private static List<byte[]> records(int from, int to) {
        var records = new ArrayList<byte[]>();
        for (int i = from; i < to; i++) {
            records.add(("record " + i).getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    private static List<String> texts(Batch batch) {
        return batch.records().stream()
                .map(octets -> new String(octets, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> texts(int from, int to) {
        return records(from, to).stream()
                .map(octets -> new String(octets, StandardCharsets.UTF_8))
                .toList();
    }

    private static Batch next(Journal journal) throws IOException {
        return journal.next(10, PLENTY).orElseThrow();
    }

    private Path lastSegment() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    @Test
    void recordsComeInOrderOnceTheyAreDone() throws IOException {
        try (var journal = open()) {
            assertEquals(Optional.empty(), journal.next(10, PLENTY));
            journal.append(records(0, 15));
            assertEquals(texts(0, 10), texts(next(journal)));
            assertEquals(texts(0, 10), texts(next(journal)), "the same until it is done");
            journal.done(next(journal));
            assertEquals(texts(10, 15), texts(next(journal)));
            journal.done(next(journal));
            assertEquals(Optional.empty(), journal.next(10, PLENTY));
        }
    }

    @Test
    void aBatchIsLimitedInBytesButHoldsOneRecordAtLeast() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 3));
            assertEquals(1, journal.next(10, 1).orElseThrow().records().size());
        }
    }

    @Test
    void thePositionSurvives() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 15));
            journal.done(next(journal));
        }
        try (var journal = open()) {
            assertEquals(texts(10, 15), texts(next(journal)));
        }
    }

    /** A receiver that has seen the id must have seen all of it, and nothing else. */
    @Test
    void aBatchWhoseFateIsOpenComesAgainAsItWas() throws IOException {
        Batch first;
        try (var journal = open()) {
            journal.append(records(0, 3));
            first = next(journal);
        }
        try (var journal = open()) {
            journal.append(records(3, 6));
            Batch again = next(journal);
            assertEquals(first.id(), again.id());
            assertEquals(texts(0, 3), texts(again));
            journal.done(again);
            assertEquals(texts(3, 6), texts(next(journal)));
        }
    }

    @Test
    void halvesAreBatchesOfTheirOwn() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 5));
            Batch whole = next(journal);
            journal.halve(whole);
            Batch half = next(journal);
            assertEquals(texts(0, 2), texts(half));
            assertFalse(half.id().equals(whole.id()));
            journal.done(whole);
            journal.done(half);
            assertEquals(Optional.empty(), journal.next(10, PLENTY), "done was the whole");
        }
    }

    @Test
    void aHalfWrittenRecordIsCutOff() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 3));
        }
        for (byte[] end :
                List.of(new byte[] {0, 0, 0, 9, 1, 2}, new byte[4096], new byte[] {0x7f, 1, 2, 3, 4, 5, 6, 7})) {
            Files.write(lastSegment(), end, StandardOpenOption.APPEND);
            try (var journal = open()) {
                assertEquals(texts(0, 3), texts(next(journal)));
            }
        }
        try (var journal = open()) {
            journal.append(records(3, 4));
            journal.done(next(journal));
            assertEquals(texts(3, 4), texts(next(journal)));
        }
    }

    @Test
    void aPositionBeyondTheEndOfACutSegmentIsTheEnd() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 3));
            journal.done(next(journal));
        }
        try (var channel = java.nio.channels.FileChannel.open(lastSegment(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        try (var journal = open()) {
            journal.append(records(3, 5));
            assertEquals(texts(3, 5), texts(next(journal)));
        }
    }

    @Test
    void withoutAPositionEverythingComesAgain() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 3));
            journal.done(next(journal));
        }
        Files.writeString(directory.resolve("position"), "gibberish");
        try (var journal = open()) {
            assertEquals(texts(0, 3), texts(next(journal)));
        }
    }

    @Test
    void damageInTheMiddleCostsTheRestOfItsSegment() throws IOException {
        byte[] large = new byte[9 << 20];
        try (var journal = open()) {
            journal.append(List.of(large));
            journal.append(records(0, 2));
        }
        Path first;
        try (var files = Files.list(directory)) {
            first = files.filter(file -> file.toString().endsWith(".segment"))
                    .min(Path::compareTo)
                    .orElseThrow();
        }
        try (var channel = java.nio.channels.FileChannel.open(first, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 100);
        }
        try (var journal = open()) {
            assertEquals(texts(0, 2), texts(next(journal)));
        }
    }

    @Test
    void segmentsThatAreSentAreDeleted() throws IOException {
        byte[] large = new byte[5 << 20];
        try (var journal = open()) {
            for (int i = 0; i < 6; i++) {
                journal.append(List.of(large));
            }
            assertEquals(3, journal.segments().size());
            for (int i = 0; i < 6; i++) {
                journal.done(journal.next(1, PLENTY).orElseThrow());
            }
            assertEquals(Optional.empty(), journal.next(1, PLENTY));
            assertEquals(1, journal.segments().size());
            assertEquals(0, journal.backlog());
        }
        try (var files = Files.list(directory)) {
            assertEquals(
                    1,
                    files.filter(file -> file.toString().endsWith(".segment")).count());
        }
    }

    @Test
    void aFullJournalTakesNothing() throws IOException {
        try (var journal = open(200, false)) {
            journal.append(records(0, 10));
            assertThrows(IOException.class, () -> journal.append(records(10, 20)));
            journal.done(next(journal));
            assertEquals(Optional.empty(), journal.next(10, PLENTY));
        }
    }

    @Test
    void aFullJournalDropsTheOldestWhereItIsTold() throws IOException {
        try (var journal = open(200, true)) {
            journal.append(records(0, 10));
            Batch underWay = journal.next(2, PLENTY).orElseThrow();
            journal.append(records(10, 20));
            assertEquals(10, journal.dropped());
            journal.done(underWay);
            assertEquals(texts(10, 20), texts(next(journal)));
            assertThrows(IOException.class, () -> journal.append(List.of(new byte[500])));
        }
        try (var journal = open(200, true)) {
            journal.append(records(20, 22));
        }
    }

    @Test
    void onlyOneHasItOpen() throws IOException {
        try (var journal = open()) {
            journal.append(records(0, 1));
            assertTrue(assertThrows(IOException.class, this::open).getMessage().endsWith("is in use"));
        }
        open().close();
    }

    @Test
    void aClosedOneSaysSo() throws IOException {
        var journal = open();
        journal.close();
        assertThrows(IOException.class, () -> journal.append(records(0, 1)));
        assertThrows(IOException.class, () -> journal.next(1, 1));
    }
}
