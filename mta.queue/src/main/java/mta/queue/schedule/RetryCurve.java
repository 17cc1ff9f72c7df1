package mta.queue.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long to wait after each failed attempt.
 *
 * @param steps  after the first, second... attempt; the last one repeats
 * @param jitter 0 to 1: how much of a wait is random. 0.2 means between 90 % and 110 %, so that what failed together
 *               does not come back together
 */
public record RetryCurve(List<Duration> steps, double jitter) {

    private static final int MAX_STEPS = 64;

    public RetryCurve {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a retry curve has at least one step");
        }
        if (steps.stream().anyMatch(step -> step.compareTo(Duration.ofSeconds(1)) < 0)) {
            throw new IllegalArgumentException("a retry step is at least one second");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter is between 0 and 1, not " + jitter);
        }
    }

    /** A list as in {@code 5m,15m,1h,4h}; units are s, m, h, d. */
    public static RetryCurve parse(String list, double jitter) {
        List<Duration> steps = new ArrayList<>();
        for (String step : list.split(",", -1)) {
            steps.add(duration(step.strip()));
        }
        return new RetryCurve(steps, jitter);
    }

    private static Duration duration(String text) {
        if (!text.matches("[0-9]{1,9}[smhd]")) {
            throw new IllegalArgumentException("not a retry step: '" + text + "' (as in 30s, 15m, 4h, 1d)");
        }
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** Begins at {@code base}, grows by {@code factor} each time and stays at {@code max}. */
    public static RetryCurve growing(Duration base, double factor, Duration max, double jitter) {
        if (!(factor >= 1)) {
            throw new IllegalArgumentException("the factor of a retry curve is at least 1, not " + factor);
        }
        List<Duration> steps = new ArrayList<>();
        double millis = base.toMillis();
        while (millis < max.toMillis() && steps.size() < MAX_STEPS - 1) {
            steps.add(Duration.ofMillis((long) millis));
            millis *= factor;
        }
        steps.add(max);
        return new RetryCurve(steps, jitter);
    }

    /** The wait after an attempt (1, 2, 3...), jitter included. */
    public Duration wait(int attempts, RandomGenerator random) {
        long millis = steps.get(Math.clamp(attempts - 1L, 0, steps.size() - 1)).toMillis();
        return Duration.ofMillis(Math.max(1000, Math.round(millis * (1 + jitter * (random.nextDouble() - 0.5)))));
    }

    /**
     * When to try again, in seconds: after the wait, but at the expiry if that comes first. What comes back at its
     * expiry is not tried again, it is returned to its sender.
     */
    public long next(int attempts, long now, long expiry, RandomGenerator random) {
        return Math.min(expiry, now + Math.ceilDiv(wait(attempts, random).toMillis(), 1000L));
    }
}
