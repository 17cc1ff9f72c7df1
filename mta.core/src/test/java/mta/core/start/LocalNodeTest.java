package mta.core.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalNodeTest {

    private static LocalNode node(String hostname) {
        return new LocalNode(Path.of("/instance"), "1.2.3", hostname, Duration.ofSeconds(30));
    }

    @Test
    void theInstanceIsTheFirstLabelUnlessItIsSaid() {
        assertEquals("mx1", node("mx1.example.org").instance());
        assertEquals("192-0-2-1", node("[192.0.2.1]").instance());
        assertEquals("IPv6-2001-db8--1", node("[IPv6:2001:db8::1]").instance());
    }

    @Test
    void withoutASettingItHasAFullNameOrAnAddressLiteral() {
        String own = node("").hostname();
        assertFalse(own.isEmpty());
        assertTrue(own.startsWith("[") && own.endsWith("]") || own.indexOf('.') > 0, own);
    }

    @Test
    void everythingDurableIsBelowTheInstance() {
        assertEquals(Path.of("/instance/var"), node("a.b").data());
        assertEquals(Path.of("/instance"), node("a.b").home());
    }
}
