package mta.bench.tally;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * What left the generator against what reached the sink.
 *
 * @param messages   accepted with 250 at the front
 * @param recipients the same, each recipient counted
 * @param arrived    recipients that the sink got
 * @param lost       messages of which at least one accepted recipient got nothing
 * @param doubled    messages of which some recipient got more than one copy
 * @param unexpected messages that arrived although the front had refused them
 * @param inDoubt    messages whose connection broke between the final dot and its answer, so both ends are right
 */
public record Comparison(
        long messages, long recipients, long arrived, long lost, long doubled, long unexpected, long inDoubt) {

    /**
     * Compares message by message.
     *
     * @param sent    the sums of all messages that were accepted or are in doubt
     * @param inDoubt which of them are in doubt
     * @param seen    the sums at the sink
     */
    public static Comparison of(Tally sent, LongPredicate inDoubt, Tally seen) {
        long messages = 0;
        long recipients = 0;
        long arrived = 0;
        long lost = 0;
        long doubled = 0;
        long unexpected = 0;
        long doubts = 0;
        for (long n = 0; n < Math.max(sent.end(), seen.end()); n++) {
            long there = sent.sum(n);
            long here = seen.sum(n);
            boolean doubt = inDoubt.test(n);
            doubts += doubt ? 1 : 0;
            messages += there != 0 && !doubt ? 1 : 0;
            recipients += doubt ? 0 : Tally.recipients(there);
            arrived += Tally.recipients(here);
            if (here == there || doubt && here == 0) {
                continue;
            }
            int missing = Tally.recipients(there) - Tally.recipients(here);
            unexpected += there == 0 ? 1 : 0;
            lost += there != 0 && missing >= 0 ? 1 : 0;
            doubled += there != 0 && missing <= 0 ? 1 : 0;
        }
        return new Comparison(messages, recipients, arrived, lost, doubled, unexpected, doubts);
    }

    /** True when every accepted recipient got its message exactly once and nobody got anything else. */
    public boolean exact() {
        return lost == 0 && doubled == 0 && unexpected == 0;
    }

    public Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("messages", messages);
        map.put("recipients", recipients);
        map.put("arrived", arrived);
        map.put("lost", lost);
        map.put("doubled", doubled);
        map.put("unexpected", unexpected);
        map.put("in_doubt", inDoubt);
        return map;
    }
}
