package plugins.lookupredis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.lookup.Question;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * A command with values in its words: {@code HGETALL user:{key}}. A value is a part of its word, whatever is in it, and a
 * command that only reads is all there is.
 *
 * @param words behind the command
 */
record ReadCommand(Kind kind, List<String> words) {

    private static final Pattern VALUE = Pattern.compile("\\{([A-Za-z]+)}");

    /** What may be asked. */
    enum Kind {
        GET(Protocol.Command.GET, 1, 1),
        HGET(Protocol.Command.HGET, 2, 2),
        HGETALL(Protocol.Command.HGETALL, 1, 1),
        LRANGE(Protocol.Command.LRANGE, 3, 3),
        SMEMBERS(Protocol.Command.SMEMBERS, 1, 1);

        private final Protocol.Command command;
        private final int least;
        private final int most;

        Kind(Protocol.Command command, int least, int most) {
            this.command = command;
            this.least = least;
            this.most = most;
        }
    }

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static ReadCommand parse(String text) {
        String[] words = text.strip().split("\\s+");
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.name().equals(words[0].toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a command is one of " + Arrays.toString(Kind.values()) + ", not '" + words[0] + "'"));
        if (words.length - 1 < kind.least || words.length - 1 > kind.most) {
            throw new IllegalArgumentException(kind + " takes " + kind.least + " words, such as user:{key}");
        }
        return new ReadCommand(kind, List.of(words).subList(1, words.length));
    }

    /** The values that it names, but for {@code key}. */
    List<String> names() {
        var names = new ArrayList<String>();
        for (String word : words) {
            Matcher values = VALUE.matcher(word);
            while (values.find()) {
                if (!values.group(1).equals("key")) {
                    names.add(values.group(1));
                }
            }
        }
        return names;
    }

    /** @param key one of those that are tried in turn */
    CommandArguments arguments(String key, Question question) {
        var arguments = new CommandArguments(kind.command);
        for (String word : words) {
            arguments.add(VALUE.matcher(word).replaceAll(found -> {
                String name = found.group(1);
                return Matcher.quoteReplacement(name.equals("key") ? key : question.value(name));
            }));
        }
        return arguments;
    }
}
