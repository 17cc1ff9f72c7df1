package plugins.console;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import mta.plugins.api.admin.Job;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Turns what a command returned into text. */
final class Answers {

    private static final Duration PROGRESS_EVERY = Duration.ofMillis(200);

    /** Where the progress of a job is shown. */
    interface Progress {

        /** Shows a line in the place of the one before; an exception means that nobody is there any more. */
        void show(String line) throws IOException;
    }

    private Answers() {}

    /**
     * What a job answers in the end, anything else as it is. Waits on the caller's thread; when that is interrupted
     * or nobody looks any more, the job is cancelled.
     */
    static Object completed(Object answer, Progress progress) throws IOException, InterruptedException {
        if (!(answer instanceof Job job)) {
            return answer;
        }
        try {
            while (!job.await(PROGRESS_EVERY)) {
                if (job.state() instanceof Job.Running running) {
                    progress.show(job.title() + ": " + words(running));
                }
            }
            progress.show("");
        } catch (IOException | InterruptedException e) {
            job.cancel();
            throw e;
        }
        return switch (job.state()) {
            case Job.Done(Object result) -> result;
            case Job.Cancelled(String summary) -> Refusal.of(job.title() + ": cancelled, " + summary);
            case Job.Failed(String reason) -> Refusal.of(job.title() + ": " + reason);
            case Job.Running running -> Refusal.of(job.title() + " has not ended: " + words(running));
        };
    }

    private static String words(Job.Running running) {
        if (running.total() <= 0) {
            return String.format(Locale.ROOT, "%,d", running.done());
        }
        return String.format(
                Locale.ROOT,
                "%,d of %,d (%d %%)",
                running.done(),
                running.total(),
                100 * running.done() / running.total());
    }

    /** A refusal's text, as draw() writes it. */
    static String draw(Refusal refusal, View view) {
        return view.json()
                ? Json.of(refusal)
                : TableText.wrapLines(Cells.harmless("mta: " + refusal.reason(), true), view.width()) + "\n";
    }

    /** The answer's text, ending with a line end; empty for a command that answered nothing. */
    static String draw(Object answer, View view, CommandSession session) {
        if (view.json()) {
            return answer == null ? "" : Json.of(answer);
        }
        return switch (answer) {
            case null -> "";
            case Table table -> TableText.draw(table, view);
            case Manual manual -> manual.draw(view);
            case Refusal refusal -> draw(refusal, view);
            default -> {
                CharSequence text = session.format(answer, Converter.INSPECT);
                String safe = Cells.harmless(text.toString(), true);
                yield safe.isEmpty() || safe.endsWith("\n") ? safe : safe + "\n";
            }
        };
    }
}
