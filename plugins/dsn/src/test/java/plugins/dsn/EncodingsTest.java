package plugins.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | plain",
                "=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle?= | Grüße an alle",
                "=?iso-8859-1?q?a=E4?= =?UTF-8?B?w6Q=?= z | aää z", // white space between words goes away
                "=?utf-8*de?q?=C3=A4?= | ä", // RFC 2231 section 5
                "=?nowhere?q?x?= | =?nowhere?q?x?=",
                "=?utf-8?b?!?= | =?utf-8?b?!?=",
                "=?utf-8?q?=ZZ?= | =?utf-8?q?=ZZ?=",
                "=?utf-8?q?$1=5C?= | $1\\",
            })
    void encodedWordsAreRead(String value, String expected) {
        assertEquals(expected, EncodedWords.decode(value));
    }

    @Test
    void encodedWordsAreWrittenWithinTheirLimits() {
        String text = "Größe😀".repeat(20);
        String encoded = EncodedWords.encode(text);
        encoded.lines().forEach(line -> assertTrue(line.strip().length() <= 75, line));
        assertEquals(text, EncodedWords.decode(encoded.replace("\r\n", "")));
    }

    @Test
    void quotedPrintable() {
        assertEquals("a =3D =C3=A4=20\r\nb", QuotedPrintable.encode("a = ä \nb"));
        String encoded = QuotedPrintable.encode("ä".repeat(200) + "\n");
        encoded.lines().forEach(line -> assertTrue(line.length() <= 76, line));
        QuotedPrintable.encode("x" + "ä".repeat(200)).lines().forEach(line -> assertTrue(line.length() <= 76, line));
        assertEquals("=C3=A4".repeat(200), encoded.replace("=\r\n", "").replace("\r\n", ""));
    }
}
