package plugins.authfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {

    /** Made by others: Python's hashlib, openssl, and a test vector of Drepper's SHA-crypt. */
    @ParameterizedTest
    @CsvSource({
        "secret, $pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0c2FsdA$dClvKSmj66n6MdMWNv3Go4mvH1Ym2WIGiJvquqa+mfE",
        "Hello world!, $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoE"
                + "OfaS35inz1",
        "Hello world!, $6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy"
                + "/YTBmSK6H9qs/y3RnOaw5v.",
    })
    void hashesOfOthersAreChecked(String password, String hash) {
        assertTrue(PasswordHash.known(hash));
        assertTrue(PasswordHash.verify(password, hash));
        assertFalse(PasswordHash.verify(password + " ", hash));
    }

    @Test
    void whatIsMadeIsChecked() {
        String hash = PasswordHash.make("pässword", 1000);
        assertTrue(PasswordHash.known(hash), hash);
        assertTrue(PasswordHash.verify("pässword", hash));
        assertFalse(PasswordHash.verify("passwort", hash));
        assertFalse(PasswordHash.verify("", hash));
        assertNotEquals(hash, PasswordHash.make("pässword", 1000), "salted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$1$salt$hash",
                "$6$salt$short",
                "$pbkdf2-sha256$i=0$c2FsdHNhbHQ$AAAA",
                "$pbkdf2-sha256$i=999999999$c2FsdHNhbHRzYWx0c2FsdA$0000000000000000000000",
                "{PLAIN}secret",
                "x"
            })
    void otherHashesAreNotKnown(String hash) {
        assertFalse(PasswordHash.known(hash));
    }

    @Test
    void theSamePasswordTypedInTwoWaysIsTheSame() {
        assertEquals(Prepared.of("\u00e4"), Prepared.of("a\u0308"));
        assertEquals(Optional.of("a b"), Prepared.of("a\u00a0b"));
        assertEquals(Optional.of("IX"), Prepared.of("\u2168"));
        assertEquals(Optional.empty(), Prepared.of("a\0b"));
        assertEquals(Optional.empty(), Prepared.of("a\nb"));
        assertEquals(Optional.empty(), Prepared.of("\ud800"));
        assertEquals(Optional.empty(), Prepared.of(""));
    }
}
