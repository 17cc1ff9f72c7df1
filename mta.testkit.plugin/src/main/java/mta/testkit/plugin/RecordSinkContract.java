package mta.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.junit.jupiter.api.Test;

/**
 * What the host relies on in any {@link RecordSink}: when {@code write} returns the batch is safe, in order, once. Extend
 * it in the tests of one.
 */
public abstract class RecordSinkContract {

    /** A sink in a scene where everything succeeds. Called for each test; the far side is empty then. */
    protected abstract RecordSink sink() throws Exception;

    /** All that the far side has now, as text: every field of a record must be found in it somehow. */
    protected abstract String arrived() throws Exception;

    /** A sink that cannot do its work; empty if that cannot be. */
    protected Optional<RecordSink> broken() throws Exception {
        return Optional.empty();
    }

    /** Letters and digits only: no format has to quote them. */
    private static String mark(int number) {
        return "mark" + number + "end";
    }

    private static LogRecord numbered(int number) {
        return new LogRecord.Event(Instant.ofEpochSecond(number), "Contract", Map.of("mark", mark(number)));
    }

    private static List<LogRecord> numbered(int from, int to) {
        var records = new ArrayList<LogRecord>();
        for (int i = from; i < to; i++) {
            records.add(numbered(i));
        }
        return records;
    }

    private void assertNumbers(int count) throws Exception {
        String text = arrived();
        int at = -1;
        for (int i = 0; i < count; i++) {
            String mark = mark(i);
            int found = text.indexOf(mark, at + 1);
            assertTrue(found > at, "record " + i + " is not there, or not in its place");
            assertEquals(-1, text.indexOf(mark, found + 1), "record " + i + " is there twice");
            at = found;
        }
    }

    @Test
    protected void aBatchIsSafeWhenWriteReturns() throws Exception {
        RecordSink sink = sink();
        sink.write(numbered(0, 3));
        assertNumbers(3);
        sink.write(numbered(3, 4));
        assertNumbers(4);
    }

    @Test
    protected void aLargeBatchIsTakenAsAWhole() throws Exception {
        sink().write(numbered(0, 5_000));
        assertNumbers(5_000);
    }

    @Test
    protected void nothingIsNothing() throws Exception {
        sink().write(List.of());
        assertNumbers(0);
    }

    @Test
    protected void controlDisturbsNothing() throws Exception {
        RecordSink sink = sink();
        sink.write(numbered(0, 1));
        for (String operation : List.of("flush", "reopen", "flush", "something-new")) {
            sink.control(operation);
        }
        sink.write(numbered(1, 2));
        assertNumbers(2);
    }

    @Test
    protected void allKindsAreTaken() throws Exception {
        var leg = new Leg("tenant", "campaign", "dest.example", "smtp", "site", "source", "mx[192.0.2.1]:25");
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        Reply reply = Reply.parse("250 2.0.0 Ok mark1end");
        sink().write(List.of(
                numbered(0),
                new Delivered(time, "id", "a@b.example", "c@d.example", leg, 1, reply, Duration.ofSeconds(3)),
                new Deferred(
                        time,
                        "id",
                        "a@b.example",
                        "c@d.example",
                        leg,
                        1,
                        Reply.parse("451 4.0.0 mark2end"),
                        Duration.ofSeconds(3),
                        time),
                new Bounced(
                        time,
                        "id",
                        "a@b.example",
                        "c@d.example",
                        leg,
                        2,
                        Reply.parse("550 5.0.0 mark3end"),
                        Duration.ofSeconds(3),
                        "refused")));
        assertNumbers(4);
    }

    /** Clients and peers put into their words what they like; none of it may begin a record of its own or hide one. */
    @Test
    protected void whatStrangersSaidStaysWithinItsRecord() throws Exception {
        RecordSink sink = sink();
        var values = new LinkedHashMap<String, Object>();
        values.put("mark", mark(0));
        values.put("text", "\"quote' \\ back\r\n2026 line\u0000\u001b[31m\u2028\ud83d\ude00 \ud83d end");
        values.put("number", Long.MIN_VALUE);
        values.put("flag", true);
        sink.write(List.of(new LogRecord.Event(Instant.EPOCH, "Contract", values)));
        sink.write(List.of(numbered(1)));
        assertNumbers(2);
    }

    /** The same batch comes again then; a sink that swallows its failure loses records. */
    @Test
    protected void whoCannotWriteThrows() throws Exception {
        Optional<RecordSink> broken = broken();
        if (broken.isPresent()) {
            assertThrows(Exception.class, () -> broken.get().write(numbered(0, 1)));
        }
    }
}
