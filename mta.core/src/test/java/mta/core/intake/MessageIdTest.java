package mta.core.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MessageIdTest {

    @Test
    void idsGrowEvenWhenTheClockStandsOrStepsBack() {
        long[] now = {1_000};
        var ids = new MessageId(() -> Instant.ofEpochMilli(now[0]));
        long first = ids.next();
        long second = ids.next();
        now[0] = 10;
        long third = ids.next();
        assertTrue(first < second && second < third);
        ids.after(third + 1_000);
        assertTrue(ids.next() > third + 1_000);
    }

    @Test
    void theTextHasThirteenCharactersAndSortsTheSameWay() {
        long early = new MessageId(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"))).next();
        long late = new MessageId(InstantSource.fixed(Instant.parse("2039-01-01T00:00:00Z"))).next();
        assertTrue(MessageId.text(early).compareTo(MessageId.text(late)) < 0);
        for (long id : new long[] {0, 1, 31, 32, early, late, Long.MAX_VALUE}) {
            assertEquals(13, MessageId.text(id).length());
            assertEquals(id, MessageId.parse(MessageId.text(id)));
            assertEquals(id, MessageId.parse(MessageId.text(id).toLowerCase()));
        }
        assertThrows(IllegalArgumentException.class, () -> MessageId.parse("abc"));
        assertThrows(IllegalArgumentException.class, () -> MessageId.parse("0123456789ABU"));
    }
}
