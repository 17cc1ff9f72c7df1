package mta.queue.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.core.intake.MessageId;
import mta.plugins.api.config.Amount;
import mta.queue.index.Dimension;
import mta.queue.index.EntryState;
import mta.queue.index.Filter;

/**
 * A filter as an operator types it: words that must all be true, such as {@code tenant=acme destination=*.example
 * age>1d attempts>=3 state=held size>1MiB sender=@x.example id=01JD3W8Q0B2KM}. Names are globs, and several separated by
 * commas are alternatives.
 *
 * @param text as typed
 * @param named the words that name queues, by dimension, for what works on whole queues
 * @param onlyQueues whether it says nothing about single messages
 */
record FilterWords(String text, Filter filter, Map<Dimension, String> named, boolean onlyQueues) {

    static final String HELP = "tenant= campaign= destination= class= site= sender=@DOMAIN (globs), state=, id=,"
            + " and age due expires size attempts priority recipients with = > >= < <=";

    private static final Pattern WORD = Pattern.compile("([a-z]+)(>=|<=|!=|=|>|<)(.+)");

    boolean isEmpty() {
        return text.isEmpty();
    }

    static FilterWords of(List<String> words) throws BadWords {
        List<Filter> filters = new ArrayList<>();
        Map<Dimension, String> named = new LinkedHashMap<>();
        boolean onlyQueues = true;
        for (String word : words) {
            Matcher matcher = WORD.matcher(word);
            if (!matcher.matches()) {
                throw new BadWords("'" + word + "' is no filter; use " + HELP);
            }
            String key = matcher.group(1);
            String operator = matcher.group(2);
            String value = matcher.group(3);
            Filter filter = filter(key, operator.equals("!=") ? "=" : operator, value, word);
            filters.add(operator.equals("!=") ? new Filter.Not(filter) : filter);
            Optional<Dimension> dimension = dimension(key);
            boolean names = dimension.isPresent() && operator.equals("=") && value.indexOf(',') < 0;
            if (names
                    && named.putIfAbsent(dimension.get(), value) == null
                    && dimension.get() != Dimension.CLASS
                    && dimension.get() != Dimension.SITE) {
                continue;
            }
            onlyQueues = false;
        }
        Filter all = filters.size() == 1 ? filters.getFirst() : new Filter.And(filters);
        return new FilterWords(String.join(" ", words), filters.isEmpty() ? new Filter.All() : all, named, onlyQueues);
    }

    /** The glob for a dimension; all where none was given. */
    String glob(Dimension dimension) {
        return named.getOrDefault(dimension, "*");
    }

    private static Optional<Dimension> dimension(String key) {
        return switch (key) {
            case "tenant" -> Optional.of(Dimension.TENANT);
            case "campaign" -> Optional.of(Dimension.CAMPAIGN);
            case "destination" -> Optional.of(Dimension.DESTINATION);
            case "class" -> Optional.of(Dimension.CLASS);
            case "site" -> Optional.of(Dimension.SITE);
            default -> Optional.empty();
        };
    }

    private static Filter filter(String key, String operator, String value, String word) throws BadWords {
        Optional<Dimension> dimension = dimension(key);
        if (dimension.isPresent()) {
            equal(operator, word);
            return any(value, glob -> new Filter.Named(dimension.get(), glob));
        }
        try {
            return switch (key) {
                case "sender" -> {
                    equal(operator, word);
                    yield any(value, glob -> new Filter.Sender(domain(glob)));
                }
                case "state" -> {
                    equal(operator, word);
                    yield new Filter.In(states(value));
                }
                case "id" -> {
                    equal(operator, word);
                    yield any(value, id -> new Filter.Message(MessageId.parse(id)));
                }
                case "age" ->
                    range(Filter.Field.AGE, operator, Amount.duration(value).toSeconds());
                case "due" ->
                    range(Filter.Field.DUE_IN, operator, Amount.duration(value).toSeconds());
                case "expires" ->
                    range(
                            Filter.Field.EXPIRES_IN,
                            operator,
                            Amount.duration(value).toSeconds());
                case "size" -> range(Filter.Field.BYTES, operator, Amount.bytes(value));
                case "attempts" -> range(Filter.Field.ATTEMPTS, operator, Long.parseLong(value));
                case "priority" -> range(Filter.Field.PRIORITY, operator, Long.parseLong(value));
                case "recipients" -> range(Filter.Field.RECIPIENTS, operator, Long.parseLong(value));
                default -> throw new BadWords("'" + key + "' is no field; use " + HELP);
            };
        } catch (NumberFormatException e) {
            throw new BadWords("'" + value + "' in '" + word + "' is no number");
        } catch (IllegalArgumentException e) {
            throw new BadWords("'" + word + "': " + e.getMessage());
        }
    }

    private static void equal(String operator, String word) throws BadWords {
        if (!operator.equals("=")) {
            throw new BadWords("'" + word + "': only = and != go with a name");
        }
    }

    private interface One {
        Filter of(String text);
    }

    private static Filter any(String value, One one) {
        List<Filter> list = new ArrayList<>();
        for (String text : value.split(",")) {
            list.add(one.of(text));
        }
        return list.size() == 1 ? list.getFirst() : new Filter.Or(list);
    }

    /** The index knows the domain of a sender only; {@code sender=<>} is the null sender. */
    private static String domain(String glob) {
        if (glob.equals("<>")) {
            return "";
        }
        if (glob.startsWith("@")) {
            return glob.substring(1);
        }
        if (glob.indexOf('@') >= 0) {
            throw new IllegalArgumentException("senders are known by their domain: sender=@example.org");
        }
        return glob;
    }

    private static Set<EntryState> states(String value) {
        Set<EntryState> states = new java.util.HashSet<>();
        for (String word : value.split(",")) {
            EntryState found = null;
            for (EntryState state : EntryState.values()) {
                if (state.name().equals(word.toUpperCase(Locale.ROOT))) {
                    found = state;
                }
            }
            if (found == null) {
                throw new IllegalArgumentException(
                        "a state is scheduled, ready, inflight, held or suspended, not: " + word);
            }
            states.add(found);
        }
        return states;
    }

    private static Filter range(Filter.Field field, String operator, long value) {
        return switch (operator) {
            case ">" -> new Filter.Range(field, value + 1, Long.MAX_VALUE);
            case ">=" -> new Filter.Range(field, value, Long.MAX_VALUE);
            case "<" -> new Filter.Range(field, Long.MIN_VALUE, value - 1);
            case "<=" -> new Filter.Range(field, Long.MIN_VALUE, value);
            default -> new Filter.Range(field, value, value);
        };
    }
}
