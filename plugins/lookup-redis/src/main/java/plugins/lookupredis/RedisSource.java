package plugins.lookupredis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Keys;
import mta.lookup.Question;
import mta.lookup.Source;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;

/**
 * One command for each key until something is there. No value, or nothing in it: not there. Whatever goes wrong: cannot
 * tell. Thread-safe.
 */
final class RedisSource implements Source {

    private final ConnectionPool pool;
    private final ReadCommand command;
    private final Keys keys;

    RedisSource(ConnectionPool pool, ReadCommand command, Keys keys) {
        this.pool = pool;
        this.command = command;
        this.keys = keys;
    }

    @Override
    public Optional<Found> ask(Question question) {
        try (Connection connection = pool.getResource()) {
            for (String key : keys.of(question)) {
                Optional<Found> found = found(connection.executeCommand(command.arguments(key, question)));
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
    }

    /** @param reply bytes, a list of bytes, or null */
    private Optional<Found> found(Object reply) {
        return switch (command.kind()) {
            case GET, HGET -> reply == null ? Optional.empty() : Optional.of(Found.text(text(reply)));
            case LRANGE, SMEMBERS -> {
                List<String> texts = texts(reply);
                yield texts.isEmpty() ? Optional.empty() : Optional.of(Found.texts(texts));
            }
            case HGETALL -> {
                List<String> texts = texts(reply);
                var fields = new LinkedHashMap<String, String>();
                for (int i = 0; i + 1 < texts.size(); i += 2) {
                    fields.put(texts.get(i), texts.get(i + 1));
                }
                yield fields.isEmpty() ? Optional.empty() : Optional.of(Found.row(fields));
            }
        };
    }

    private static List<String> texts(Object reply) {
        var texts = new ArrayList<String>();
        if (reply instanceof List<?> list) {
            list.forEach(each -> texts.add(text(each)));
        }
        return texts;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
