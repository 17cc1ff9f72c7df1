package mta.bench.tally;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final long A = term("a@x.example");
    private static final long B = term("b@x.example");
    private static final long C = term("c@x.example");

    private static long term(String address) {
        byte[] bytes = address.getBytes(StandardCharsets.US_ASCII);
        return Tally.term(bytes, 0, bytes.length);
    }

    private static Comparison compare(long sent, boolean doubt, long... seen) {
        var front = new Tally();
        var back = new Tally();
        if (sent != 0) {
            front.add(70_000, sent);
        }
        for (long sum : seen) {
            back.add(70_000, sum);
        }
        return Comparison.of(front, n -> doubt && n == 70_000, back);
    }

    @Test
    void eachRecipientOnceIsExactHoweverTheMessageWasSplit() {
        assertTrue(compare(A + B + C, false, A + C, B).exact());
        assertEquals(3, compare(A + B + C, false, A + C, B).arrived());
        assertEquals(3, compare(A + B + C, false, A + C, B).recipients());
    }

    @Test
    void whatDoesNotArriveIsLost() {
        assertEquals(1, compare(A + B, false, A).lost());
        assertEquals(1, compare(A, false).lost());
        assertEquals(0, compare(A, false).doubled());
    }

    @Test
    void whatArrivesTwiceIsDoubled() {
        assertEquals(1, compare(A, false, A, A).doubled());
        assertEquals(0, compare(A, false, A, A).lost());
    }

    @Test
    void oneRecipientTwiceDoesNotMakeUpForAnother() {
        var comparison = compare(A + B, false, A, A);
        assertEquals(1, comparison.lost());
        assertEquals(1, comparison.doubled());
        assertFalse(comparison.exact());
    }

    @Test
    void whatWasRefusedMustNotArrive() {
        assertEquals(1, compare(0, false, A).unexpected());
    }

    @Test
    void aMessageInDoubtMayArriveOnceOrNotAtAll() {
        assertTrue(compare(A, true).exact());
        assertTrue(compare(A, true, A).exact());
        assertFalse(compare(A, true, A, A).exact());
        assertEquals(1, compare(A, true).inDoubt());
        assertEquals(0, compare(A, true).messages());
    }

    @Test
    void aTallySurvivesItsWayThroughASocket() throws IOException {
        var tally = new Tally();
        tally.add(0, A);
        tally.add(200_000, B);
        assertFalse(tally.add(-1, A));
        assertFalse(tally.add(Tally.LIMIT, A));
        var bytes = new ByteArrayOutputStream();
        tally.write(new DataOutputStream(bytes));
        var copy = Tally.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertEquals(A, copy.sum(0));
        assertEquals(0, copy.sum(1));
        assertEquals(B, copy.sum(200_000));
        assertEquals(200_001, copy.end());
    }
}
