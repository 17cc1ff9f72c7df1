package mta.core.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BindingTest {

    @Test
    void whatIsWrongIsSaidWithItsKey() {
        assertWrong(Map.of("point", "Score"), "binding.b.plugin: is missing");
        assertWrong(Map.of("plugin", "p", "point", "Score", "required", true), "binding.b.stages: a required binding");
        assertWrong(Map.of("plugin", "p", "point", "Score", "onError", "explode"), "binding.b.onError: is next,");
        assertWrong(Map.of("plugin", "p", "point", "Score", "timeout", "5 parsecs"), "binding.b.timeout: a duration");
        assertWrong(Map.of("plugin", "p", "point", "Score", "order", "first"), "binding.b.order: is not a number");
    }

    private static void assertWrong(Map<String, Object> values, String start) {
        String message = assertThrows(IllegalArgumentException.class, () -> Binding.parse("b", values))
                .getMessage();
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void globsMatchWholeValuesInAnyCase() {
        Binding binding =
                Binding.parse("b", Map.of("plugin", "p", "point", "Score", "when.sender.domain", "*.Example.?rg"));
        assertTrue(binding.matches(key -> key.equals("sender.domain") ? "mail.example.org" : ""));
        assertEquals(false, binding.matches(key -> "mail.example.org.evil"));
        assertEquals(false, binding.matches(key -> "mailxexample.org"));
    }
}
