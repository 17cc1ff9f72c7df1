package mta.core.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void percentilesAreGoodToAFifth() {
        var spread = new Spread();
        assertEquals(0, spread.percentile(50));
        for (int i = 1; i <= 100_000; i++) {
            spread.add(i);
        }
        for (double share : new double[] {1, 10, 50, 90, 99, 99.9}) {
            double real = share * 1000;
            double said = spread.percentile(share);
            assertTrue(said >= real * 0.99 && said <= real * 1.26, share + "% is " + real + ", said " + said);
        }
    }
}
