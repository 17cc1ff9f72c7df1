package mta.core.io;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what must come about, with a limit that only a hang reaches. */
final class Await {

    private Await() {}

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        Instant limit = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(limit)) {
                throw new AssertionError("did not come about: " + what);
            }
            Thread.sleep(5);
        }
    }
}
