package plugins.lookupredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import mta.lookup.Question;
import mta.plugins.api.policy.UserFor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadCommandTest {

    private static List<String> words(String command, String name) {
        var words = new ArrayList<String>();
        ReadCommand.parse(command)
                .arguments("k $1 y", Question.of(new UserFor(name)))
                .forEach(word -> words.add(new String(word.getRaw())));
        return words;
    }

    @Test
    void valuesStayWithinTheirWord() {
        assertEquals(List.of("HGETALL", "user:k $1 y"), words("hgetall user:{key}", "ann"));
        assertEquals(
                List.of("HGET", "d:a b.example", "x\r\nFLUSHALL@"),
                words("HGET d:{domain} {local}@", "x\r\nFLUSHALL@a b.example"));
        assertEquals(List.of("LRANGE", "l:{domain}", "0", "-1"), words("LRANGE l:{name} 0 -1", "{domain}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SET a b", "DEL {key}", "GET", "GET a b", "LRANGE a", "EVAL x"})
    void onlyReadingCommandsAreThere(String text) {
        assertThrows(IllegalArgumentException.class, () -> ReadCommand.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a:1", "redis:///0", "redis://a/x", "redis://u:p@a:1/0", "127.0.0.1:6379"})
    void urlsAreChecked(String url) {
        var settings = new RedisServer.Settings(url, "", "", 1, java.time.Duration.ofSeconds(1));
        assertThrows(IllegalArgumentException.class, () -> RedisServer.open(settings));
    }
}
