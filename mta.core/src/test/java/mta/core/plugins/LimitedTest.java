package mta.core.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A bundle's start or self test ends, throws, or is left behind. */
class LimitedTest {

    @Test
    void whatItThrowsIsTold() throws Exception {
        Limited.run("x", Duration.ofSeconds(60), () -> {});
        var thrown = assertThrows(
                ExecutionException.class,
                () -> Limited.run("x", Duration.ofSeconds(60), () -> {
                    throw new NoClassDefFoundError("com/acme/Missing");
                }));
        assertEquals(
                "java.lang.NoClassDefFoundError: com/acme/Missing",
                thrown.getCause().toString());
    }

    @Test
    void oneThatHangsIsInterruptedAndLeft() throws Exception {
        var interrupted = new CountDownLatch(1);
        assertThrows(
                TimeoutException.class,
                () -> Limited.run("x", Duration.ofMillis(50), () -> {
                    try {
                        Thread.sleep(Duration.ofHours(1));
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                }));
        assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    }
}
