package mta.queue.index;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/** A {@link Filter} made ready for one scan. Called under the index's guard. */
@FunctionalInterface
interface SlotTest {

    boolean test(int slot);

    static SlotTest of(Filter filter, Index index, long now) {
        return switch (filter) {
            case Filter.All() -> _ -> true;
            case Filter.And(List<Filter> filters) -> {
                SlotTest[] tests = all(filters, index, now);
                yield slot -> {
                    for (SlotTest test : tests) {
                        if (!test.test(slot)) {
                            return false;
                        }
                    }
                    return true;
                };
            }
            case Filter.Or(List<Filter> filters) -> {
                SlotTest[] tests = all(filters, index, now);
                yield slot -> {
                    for (SlotTest test : tests) {
                        if (test.test(slot)) {
                            return true;
                        }
                    }
                    return false;
                };
            }
            case Filter.Not(Filter inner) -> {
                SlotTest test = of(inner, index, now);
                yield slot -> !test.test(slot);
            }
            case Filter.Named(Dimension dimension, String glob) ->
                new Remembered(
                        glob, index.queues::serial, queue -> index.queues.name(queue, dimension), index::queueAt);
            case Filter.Sender(String glob) ->
                new Remembered(glob, index.senders::serial, index.senders::name, index::senderAt);
            case Filter.In(var states) -> {
                EnumSet<EntryState> set = EnumSet.noneOf(EntryState.class);
                set.addAll(states);
                yield slot -> set.contains(index.stateAt(slot));
            }
            case Filter.Message(long message) -> slot -> index.messageAt(slot) == message;
            case Filter.Range(Filter.Field field, long from, long to) ->
                slot -> {
                    long value = index.number(slot, field, now);
                    return value >= from && value <= to;
                };
        };
    }

    private static SlotTest[] all(List<Filter> filters, Index index, long now) {
        return filters.stream().map(filter -> of(filter, index, now)).toArray(SlotTest[]::new);
    }

    /**
     * Matches a glob once per number, not once per entry. A number may get another name while a long scan runs, so what
     * is remembered counts only for the serial it was found under.
     */
    final class Remembered implements SlotTest {
        private final Pattern pattern;
        private final IntUnaryOperator serials;
        private final IntFunction<String> names;
        private final IntUnaryOperator numbers;
        private long[] known = {};

        Remembered(String glob, IntUnaryOperator serials, IntFunction<String> names, IntUnaryOperator numbers) {
            this.pattern = pattern(glob);
            this.serials = serials;
            this.names = names;
            this.numbers = numbers;
        }

        static Pattern pattern(String glob) {
            StringBuilder regex = new StringBuilder();
            glob.chars()
                    .forEach(c -> regex.append(
                            switch (c) {
                                case '*' -> ".*";
                                case '?' -> ".";
                                default -> Pattern.quote(Character.toString(c));
                            }));
            return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        }

        @Override
        public boolean test(int slot) {
            int number = numbers.applyAsInt(slot);
            if (number >= known.length) {
                known = Arrays.copyOf(known, Math.max(number + 1, 2 * known.length));
            }
            long serial = serials.applyAsInt(number);
            if (known[number] >> 1 != serial) {
                known[number] =
                        serial << 1 | (pattern.matcher(names.apply(number)).matches() ? 1 : 0);
            }
            return (known[number] & 1) != 0;
        }
    }
}
