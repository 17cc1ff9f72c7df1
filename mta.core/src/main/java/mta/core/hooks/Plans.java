package mta.core.hooks;

import mta.plugins.api.Verdict;

/** Words for people. */
final class Plans {

    private Plans() {}

    static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next _ -> "next";
            case Verdict.Accept accept ->
                "accept" + (accept.scope() == Verdict.Scope.STAGE ? "" : " " + accept.scope());
            case Verdict.Refuse refuse -> "refuse " + refuse.reply() + (refuse.close() ? ", close" : "");
            case Verdict.Later later -> "later " + later.when() + " " + later.reply();
            case Verdict.Hold hold -> "hold " + hold.reason();
            case Verdict.Discard discard -> "discard " + discard.reason();
        };
    }
}
