package mta.queue.dispatch;

/**
 * A rate limit: tokens come evenly, up to a tenth of a second's worth (at least one) may be saved up. Guarded by the lock of the ledger.
 */
final class TokenBucket {

    private double perMilli;
    private double most;
    private double tokens;
    private long last;

    TokenBucket(double perSecond, long now) {
        last = now;
        rate(perSecond);
        tokens = most;
    }

    /** @param perSecond 0: no limit */
    void rate(double perSecond) {
        perMilli = perSecond / 1000;
        most = Math.max(1, perSecond / 10);
        tokens = Math.min(tokens, most);
    }

    boolean take(long now) {
        if (perMilli == 0) {
            return true;
        }
        refill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Gives a token back that was not used. */
    void giveBack() {
        tokens = Math.min(most, tokens + 1);
    }

    /** When the next token is there. */
    long next(long now) {
        refill(now);
        return tokens >= 1 ? now : now + Math.max(1, (long) Math.ceil((1 - tokens) / perMilli));
    }

    private void refill(long now) {
        if (now > last) {
            tokens = Math.min(most, tokens + (now - last) * perMilli);
        }
        // A clock that was set back must not stop the mail.
        last = now;
    }
}
