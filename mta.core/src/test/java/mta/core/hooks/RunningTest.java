package mta.core.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The watchdog's interruption ends with the call: what its thread does next, such as reading from its client, is not hit. */
class RunningTest {

    private static Running call() {
        var registration = new Registration<>(Runnable.class, () -> {}, Map.of(), 1);
        return new Running(null, registration, null, Thread.currentThread(), 0, 0);
    }

    private static void interruptedThen(Consumer<Running> end) {
        Running call = call();
        assertTrue(call.interrupt());
        end.accept(call);
        assertFalse(Thread.interrupted());
    }

    @Test
    void nothingIsLeftOfAnInterruption() {
        interruptedThen(Running::end);
    }

    @Test
    void norWhereAThreadOfItsOwnMadeTheCall() {
        Thread runner = Thread.ofVirtual().unstarted(() -> {});
        interruptedThen(call -> call.interruptAndEnd(runner));
        assertEquals(Thread.State.NEW, runner.getState());
    }

    @Test
    void anInterruptionOfSomebodyElseStays() {
        Running call = call();
        Thread.currentThread().interrupt();
        call.end();
        assertTrue(Thread.interrupted());
    }
}
