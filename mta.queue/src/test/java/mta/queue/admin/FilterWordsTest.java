package mta.queue.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.queue.index.Dimension;
import mta.queue.index.Filter;
import org.junit.jupiter.api.Test;

/** The words of operators; what they do is tested with the dispatch. */
class FilterWordsTest {

    @Test
    void wordsBecomeFilters() throws BadWords {
        assertEquals(
                Filter.tenant("acme"), FilterWords.of(List.of("tenant=acme")).filter());
        assertEquals(
                new Filter.Range(Filter.Field.AGE, 86401, Long.MAX_VALUE),
                FilterWords.of(List.of("age>1d")).filter());
        assertEquals(
                new Filter.Range(Filter.Field.ATTEMPTS, 3, Long.MAX_VALUE),
                FilterWords.of(List.of("attempts>=3")).filter());
        assertEquals(
                new Filter.Sender("x.example"),
                FilterWords.of(List.of("sender=@x.example")).filter());
        assertEquals(
                new Filter.Range(Filter.Field.BYTES, 1 + (1 << 20), Long.MAX_VALUE),
                FilterWords.of(List.of("size>1MiB")).filter());
        assertInstanceOf(
                Filter.Or.class,
                FilterWords.of(List.of("destination=a.example,b.example")).filter());
        assertInstanceOf(
                Filter.Not.class, FilterWords.of(List.of("state!=held")).filter());
        assertInstanceOf(
                Filter.And.class, FilterWords.of(List.of("tenant=a", "age>1h")).filter());
        assertInstanceOf(Filter.All.class, FilterWords.of(List.of()).filter());
    }

    @Test
    void itIsKnownWhetherWholeQueuesAreMeant() throws BadWords {
        assertTrue(FilterWords.of(List.of("tenant=a", "destination=*.x")).onlyQueues());
        assertEquals("*.x", FilterWords.of(List.of("destination=*.x")).glob(Dimension.DESTINATION));
        assertEquals("*", FilterWords.of(List.of("destination=*.x")).glob(Dimension.TENANT));
        for (String word : List.of("age>1d", "destination!=x", "destination=a,b", "site=mx", "state=ready")) {
            assertEquals(false, FilterWords.of(List.of(word)).onlyQueues(), word);
        }
    }

    @Test
    void otherWordsAreRefused() {
        for (String word : List.of(
                "acme",
                "tenant>acme",
                "age>soon",
                "attempts=x",
                "state=lost",
                "id=1",
                "color=red",
                "sender=joe@x.example",
                "=x")) {
            assertThrows(BadWords.class, () -> FilterWords.of(List.of(word)), word);
        }
    }
}
