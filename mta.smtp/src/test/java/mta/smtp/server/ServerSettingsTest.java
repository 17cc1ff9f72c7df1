package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {

    @Test
    void defaultsComeFromTheMetatype() {
        assertEquals(50L << 20, ServerSettings.DEFAULT.maxMessageSize());
        assertEquals(Duration.ofMinutes(5), ServerSettings.DEFAULT.commandTimeout());
        assertTrue(ServerSettings.keys().contains("maxLine"));
    }

    @Test
    void valuesMayBeTypedOrText() {
        var settings = ServerSettings.of(Map.of(
                "maxRecipients",
                5,
                "requireTls",
                true,
                "withhold",
                new String[] {"dsn"},
                "auth",
                "required",
                "maxMessageSize",
                "0"));
        assertEquals(5, settings.maxRecipients());
        assertTrue(settings.requireTls());
        assertEquals(Set.of("DSN"), settings.withhold());
        assertEquals(ServerSettings.AuthMode.REQUIRED, settings.auth());
        assertEquals(ServerSettings.UNLIMITED, settings.maxMessageSize());
    }

    @ParameterizedTest
    @CsvSource({
        "maxRecipients, 0",
        "maxRecipients, many",
        "maxMessageSize, big",
        "dataTimeout, soon",
        "auth, maybe",
        "bareLineEnds, fix",
        "maxCommandLine, 100",
        "eightBitHeaders, ignore",
    })
    void wrongValuesNameTheSetting(String key, String value) {
        var e = assertThrows(IllegalArgumentException.class, () -> ServerSettings.of(Map.of(key, value)));
        assertTrue(e.getMessage().contains(key), e.getMessage());
        assertTrue(e.getMessage().contains(value), e.getMessage());
    }

    @Test
    void theListenersOwnInstanceGoesBeforeTheDefaultAndItsEntriesBeforeBoth() {
        var server = new TestServer();
        var byListener = new SettingsByListener();
        byListener.put("default", Map.of("maxErrors", 1, "maxRecipients", 1, "maxMessages", 1));
        byListener.put("mx", Map.of("maxRecipients", 2, "maxMessages", 2));
        server.listenerSettings.put("maxMessages", "3");
        server.listenerSettings.put("endpoint", "127.0.0.1:25");
        ServerSettings settings = byListener.of(server.listener());
        assertEquals(1, settings.maxErrors());
        assertEquals(2, settings.maxRecipients());
        assertEquals(3, settings.maxMessages());
        byListener.put("mx", Map.of("maxRecipients", 4));
        assertEquals(4, byListener.of(server.listener()).maxRecipients());
        assertThrows(IllegalArgumentException.class, () -> byListener.put("mx", Map.of("maxRecipients", "x")));
        assertEquals(4, byListener.of(server.listener()).maxRecipients());
    }
}
