package plugins.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetstringsTest {

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsOneAfterTheOther() throws IOException {
        InputStream in = bytes("5:hello,0:,");
        assertArrayEquals(
                "hello".getBytes(StandardCharsets.US_ASCII), Netstrings.read(in).orElseThrow());
        assertEquals(0, Netstrings.read(in).orElseThrow().length);
        assertTrue(Netstrings.read(in).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5:hell", "5:hello", "5:hello;", ":,", "x:,", "99999999:x,", "2000000:x,", "-1:,"})
    void aBrokenOneIsAnError(String text) {
        assertThrows(IOException.class, () -> Netstrings.read(bytes(text)));
    }

    @Test
    void aRequestIsOptionsThenWords() throws IOException {
        Request request = Request.read(bytes("9:width=100,12:terminal=yes,0:,5:queue,0:,7:a 'b' $,"));
        assertEquals(List.of("queue", "", "a 'b' $"), request.words());
        assertEquals(100, request.number("width"));
        assertTrue(request.terminal());
    }

    @Test
    void optionsThatEveryVerbHasAreTakenOut() {
        Invocation invocation = Invocation.of("queue", List.of("list", "--json", "--", "--json"));
        assertEquals(new Invocation("queue", List.of("list", "--", "--json"), true, false), invocation);
    }
}
