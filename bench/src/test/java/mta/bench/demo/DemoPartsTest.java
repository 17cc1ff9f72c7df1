package mta.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class DemoPartsTest {

    @Test
    void theMessageIdIsFoundInTheReply() {
        assertEquals(Optional.of("01JD3W8Q0B2KM"), Demo.messageId("250 2.0.0 Ok: queued as 01JD3W8Q0B2KM"));
        assertEquals(Optional.empty(), Demo.messageId("250 2.0.0 Ok"));
    }

    @Test
    void theChartShowsOnlyStepsThatHoldSomething() {
        var latency = new Histogram(3);
        for (int i = 0; i < 99; i++) {
            latency.recordValue(1_500);
        }
        latency.recordValue(7_000);
        String[] lines = LatencyChart.of(latency).split("\n");
        assertEquals(3, lines.length);
        assertTrue(lines[0].matches(" +under 2 ms +99.0% +#{40}"), lines[0]);
        assertTrue(lines[1].matches(" +under 5 ms +0.0% +"), lines[1]);
        assertTrue(lines[2].matches(" +under 10 ms +1.0% +#"), lines[2]);
    }
}
