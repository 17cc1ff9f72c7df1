package mta.smtp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EsmtpParametersTest {

    @Test
    void keywordsAndValues() throws SyntaxException {
        assertEquals(Map.of(), EsmtpParameters.parse(Cursor.of("")));
        assertEquals(Map.of(), EsmtpParameters.parse(Cursor.of("  ")));
        assertEquals(
                Map.of("SIZE", "100", "BODY", "8bitmime", "SMTPUTF8", "", "X-A", "b=c"),
                EsmtpParameters.parse(Cursor.of(" size=100 BODY=8bitmime SMTPUTF8  x-a=b=c ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIZE=1",
                " =1",
                " SIZE=",
                " SIZE=1 SIZE=2",
                " size=1 SIZE=1",
                " -A=1",
                " A=\u0001",
                " A\u0007",
                " A,B",
                " A ;"
            })
    void bad(String text) {
        assertThrows(SyntaxException.class, () -> EsmtpParameters.parse(Cursor.of(text)));
    }

    @ParameterizedTest
    @CsvSource({"abc, abc", "a+2Bb, a+b", "+3D, =", "a+20b, a b", "+C3+A5, å", "a+2bb, a+b"})
    void xtext(String encoded, String decoded) throws SyntaxException {
        assertEquals(decoded, Xtext.decode(encoded));
        assertEquals(decoded, Xtext.decode(Xtext.encode(decoded)));
    }

    /** A line feed would begin a new line in a bounce or a log. */
    @ParameterizedTest
    @ValueSource(strings = {"+", "+2", "+2G", "a+", "+0A", "+0D", "+00", "+7F", "+-1"})
    void notXtext(String text) {
        assertThrows(SyntaxException.class, () -> Xtext.decode(text));
    }
}
