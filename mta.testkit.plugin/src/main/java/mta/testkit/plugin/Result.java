package mta.testkit.plugin;

import java.util.List;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;

/**
 * What a plugin said, and what it changed. The changes have also taken effect in the objects it was given, unless it
 * failed.
 *
 * @param edits in order, in words: {@code replaceRecipient postmaster -> [root@example.org]},
 *     {@code prepend X-Spam: no}
 */
public record Result(Verdict verdict, List<String> edits) {

    public boolean isNext() {
        return verdict instanceof Verdict.Next;
    }

    public boolean isAccept() {
        return verdict instanceof Verdict.Accept;
    }

    /** @throws AssertionError if it is no refusal */
    public Reply refusal() {
        if (verdict instanceof Verdict.Refuse refuse) {
            return refuse.reply();
        }
        throw new AssertionError("expected a refusal, got " + verdict);
    }
}
