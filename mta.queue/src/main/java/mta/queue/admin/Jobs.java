package mta.queue.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import mta.plugins.api.admin.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Long work that operators have started, each on a virtual thread; the last ones that ended are remembered. Thread-safe. */
final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int REMEMBERED = 50;

    /** What a job does. Says how far it is, 0 to 1; stops early when it is cancelled. */
    interface Work {
        Object run(DoubleConsumer progress, BooleanSupplier cancelled);
    }

    private final List<Numbered> jobs = new ArrayList<>();
    private int last;

    /** A job with its number and the time it was started. */
    static final class Numbered implements Job {
        final int number;
        final Instant started = Instant.now();
        private final String title;
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile double progress;
        private volatile boolean cancelled;
        private volatile State ended;

        private Numbered(int number, String title) {
            this.number = number;
            this.title = title;
        }

        private void run(Work work) {
            try {
                Object answer = work.run(done -> progress = done, () -> cancelled);
                ended = cancelled ? new Cancelled(String.valueOf(answer)) : new Done(answer);
            } catch (RuntimeException | LinkageError e) {
                LOG.error("{}", title, e);
                ended = new Failed(String.valueOf(e.getMessage()));
            } finally {
                end.countDown();
            }
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public State state() {
            State now = ended;
            return now != null ? now : new Running((long) (progress * 100), 100);
        }

        @Override
        public boolean await(Duration limit) throws InterruptedException {
            return end.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    synchronized Job start(String title, Work work) {
        var job = new Numbered(++last, title);
        jobs.add(job);
        if (jobs.size() > REMEMBERED) {
            jobs.stream().filter(each -> each.ended != null).findFirst().ifPresent(jobs::remove);
        }
        Thread.ofVirtual().name("job-" + job.number).start(() -> job.run(work));
        return job;
    }

    synchronized List<Numbered> all() {
        return List.copyOf(jobs);
    }

    synchronized Optional<Numbered> find(int number) {
        return jobs.stream().filter(job -> job.number == number).findFirst();
    }
}
