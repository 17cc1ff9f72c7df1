package mta.bench.args;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import mta.bench.args.Option.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    private static final List<Option> OPTIONS = List.of(
            Option.of("to", Kind.ADDRESS, "127.0.0.1:2525", "server"),
            Option.of("messages", Kind.COUNT, "10k", "how many"),
            Option.of("size", Kind.SIZE, "10k", "how large"),
            Option.of("duration", Kind.TIME, "5m", "how long"),
            Option.of("drop", Kind.FRACTION, "0", "how often"),
            Option.of("pipelining", Kind.CHOICE, "on", "together"),
            Option.of("json", Kind.FILE, "", "result"),
            Option.flag("keep", "kept"));

    @Test
    void initialValuesHoldWhenNothingIsGiven() {
        var arguments = Arguments.parse(OPTIONS, List.of());
        assertEquals(10_000, arguments.count("messages"));
        assertEquals(10_240, arguments.bytes("size"));
        assertEquals(Duration.ofMinutes(5), arguments.time("duration"));
        assertEquals(2525, arguments.address("to").getPort());
        assertTrue(arguments.on("pipelining"));
        assertFalse(arguments.flag("keep"));
        assertFalse(arguments.given("messages"));
        assertEquals("", arguments.text("json"));
    }

    @Test
    void valuesStandApartOrBehindAnEqualsSign() {
        var arguments = Arguments.parse(
                OPTIONS, List.of("--messages", "7", "--size=2m", "--keep", "--drop=2.5%", "--to", "[::1]:25"));
        assertEquals(7, arguments.count("messages"));
        assertEquals(2 * 1024 * 1024, arguments.bytes("size"));
        assertTrue(arguments.flag("keep"));
        assertEquals(0.025, arguments.fraction("drop"), 1e-9);
        assertTrue(arguments.address("to").getAddress().isLoopbackAddress());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --mesages 5         | unknown option --mesages, the nearest is --messages
            --pipe off          | unknown option --pipe, the nearest is --pipelining
            --xyzzyplugh 1      | unknown option --xyzzyplugh
            messages            | unexpected word 'messages': options start with --
            --messages          | --messages needs a value: N
            --messages many     | --messages many: expected a whole number such as 20, 10k or 1m
            --messages -1       | --messages -1: expected a whole number such as 20, 10k or 1m
            --size 2000m        | --size 2000m: expected at most 1024m
            --duration 30       | --duration 30: expected a time with its unit such as 250ms, 30s or 2m
            --drop 1.5          | --drop 1.5: expected at most 1 (or 100%)
            --to localhost      | --to localhost: expected a host and a port such as 127.0.0.1:2525
            --to h:99999        | --to h:99999: expected a host and a port such as 127.0.0.1:2525
            --pipelining maybe  | --pipelining maybe: expected on or off
            --keep=yes          | --keep takes no value
            """)
    void errorsSayWhatIsWrongAndWhatWouldBeRight(String words, String message) {
        var error = assertThrows(UsageException.class, () -> Arguments.parse(OPTIONS, List.of(words.split(" "))));
        assertEquals(message, error.getMessage());
    }

    @Test
    void helpNamesEveryOptionWithItsInitialValueInEightyColumns() {
        String help = Help.of("generate", "sends", OPTIONS, List.of("generate --keep"));
        for (Option option : OPTIONS) {
            assertTrue(help.contains("--" + option.name()), option.name());
        }
        assertTrue(help.contains("how many [10k]"));
        assertTrue(help.contains("./mta bench generate --keep"));
        help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }
}
