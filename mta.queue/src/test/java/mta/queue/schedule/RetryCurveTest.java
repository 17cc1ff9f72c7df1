package mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryCurveTest {

    private final Random random = new Random(1);

    @Test
    void listRepeatsItsLastStep() {
        RetryCurve curve = RetryCurve.parse("30s, 5m,15m,1h,2d", 0);
        assertEquals(
                List.of(
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofDays(2)),
                curve.steps());
        assertEquals(Duration.ofSeconds(30), curve.wait(0, random));
        assertEquals(Duration.ofSeconds(30), curve.wait(1, random));
        assertEquals(Duration.ofMinutes(5), curve.wait(2, random));
        assertEquals(Duration.ofDays(2), curve.wait(5, random));
        assertEquals(Duration.ofDays(2), curve.wait(60_000, random));
    }

    @Test
    void growsToItsMaximum() {
        RetryCurve curve = RetryCurve.growing(Duration.ofMinutes(1), 2, Duration.ofMinutes(10), 0);
        assertEquals(
                List.of(1L, 2L, 4L, 8L, 10L),
                curve.steps().stream().map(Duration::toMinutes).toList());
        assertEquals(
                64,
                RetryCurve.growing(Duration.ofMinutes(1), 1, Duration.ofMinutes(10), 0)
                        .steps()
                        .size());
    }

    @Test
    void jitterStaysInItsBoundsAndUsesThem() {
        RetryCurve curve = RetryCurve.parse("100s", 0.2);
        double least = 1000;
        double most = 0;
        for (int i = 0; i < 10_000; i++) {
            double wait = curve.wait(1, random).toMillis() / 1000.0;
            assertTrue(wait >= 90 && wait <= 110);
            least = Math.min(least, wait);
            most = Math.max(most, wait);
        }
        assertTrue(least < 91 && most > 109);
    }

    @Test
    void nextIsNeverPastTheExpiryAndNeverNow() {
        RetryCurve curve = RetryCurve.parse("1s,1h", 1);
        for (int i = 0; i < 1000; i++) {
            assertTrue(curve.next(1, 1000, 9_000_000, random) > 1000);
        }
        assertEquals(1500, curve.next(2, 1000, 1500, new Random(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "5m,", "5m;1h", "-5m", "5 m", "0s", "9999999999d", "5w"})
    void nonsenseIsRefused(String list) {
        assertThrows(IllegalArgumentException.class, () -> RetryCurve.parse(list, 0));
    }

    @Test
    void jitterBeyondItsBoundsIsRefused() {
        for (double jitter : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> RetryCurve.parse("5m", jitter));
        }
    }
}
