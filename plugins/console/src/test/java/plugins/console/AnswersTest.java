package plugins.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.admin.Job;
import mta.plugins.api.admin.Refusal;
import org.junit.jupiter.api.Test;

class AnswersTest {

    /** Ends after three looks, or when cancelled. */
    private static final class Counting implements Job {
        private int done;
        private boolean cancelled;

        @Override
        public String title() {
            return "bounce";
        }

        @Override
        public State state() {
            if (cancelled) {
                return new Cancelled("after " + done);
            }
            return done < 3 ? new Running(done, 3) : new Done("bounced 3");
        }

        @Override
        public boolean await(Duration limit) {
            done++;
            return cancelled || done >= 3;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Test
    void aJobShowsItsProgressAndEndsWithItsAnswer() throws Exception {
        List<String> shown = new ArrayList<>();
        assertEquals("bounced 3", Answers.completed(new Counting(), shown::add));
        assertEquals(List.of("bounce: 1 of 3 (33 %)", "bounce: 2 of 3 (66 %)", ""), shown);
    }

    @Test
    void aJobThatNobodyLooksAtAnyMoreIsCancelled() {
        Counting job = new Counting();
        assertThrows(
                IOException.class,
                () -> Answers.completed(job, line -> {
                    throw new IOException("gone");
                }));
        assertTrue(job.cancelled);
    }

    @Test
    void aCancelledJobIsARefusalThatSaysHowFarItCame() throws Exception {
        Counting job = new Counting();
        job.cancel();
        assertEquals(Refusal.of("bounce: cancelled, after 1"), Answers.completed(job, line -> {}));
    }

    @Test
    void anythingElseIsTheAnswerItself() throws Exception {
        Object answer = new Object();
        assertSame(answer, Answers.completed(answer, line -> {}));
    }
}
