package mta.plugins.api.hooks;

import mta.plugins.api.Verdict;

/**
 * How a chain ended.
 *
 * @param verdict {@link Verdict#NEXT} if nobody ended it
 * @param binding who ended it; the empty string if nobody did
 */
public record Decision(Verdict verdict, String binding) {

    public static final Decision NEXT = new Decision(Verdict.NEXT, "");
}
