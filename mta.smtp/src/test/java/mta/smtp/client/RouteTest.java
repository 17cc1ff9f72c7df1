package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.com                          | MX example.com",
                "EXAMPLE.com.                         | MX example.com",
                "bücher.example                       | MX xn--bcher-kva.example",
                "[192.0.2.1]                          | HOST 192.0.2.1 0",
                "[192.0.2.1]:587                      | HOST 192.0.2.1 587",
                "[IPv6:2001:db8::1]                   | HOST 2001:db8:0:0:0:0:0:1 0",
                "[IPv6:2001:db8::1]:2525              | HOST 2001:db8:0:0:0:0:0:1 2525",
                "[2001:db8::1]:25                     | HOST 2001:db8:0:0:0:0:0:1 25",
                "[relay.example]                      | HOST relay.example 0",
                "[relay.example]:587                  | HOST relay.example 587",
                "relay.example:587                    | HOST relay.example 587",
                "192.0.2.1:25                         | HOST 192.0.2.1 25",
                "192.0.2.1                            | HOST 192.0.2.1 0",
                "unix:/run/Dovecot/lmtp               | SOCKET unix:/run/Dovecot/lmtp",
                "[a.example]:25, b.example:26,c.example | HOST a.example 25, HOST b.example 26, MX c.example",
            })
    void reads(String destination, String expected) {
        assertEquals(
                expected,
                String.join(
                        ", ",
                        Route.parse(destination).stream()
                                .map(route -> switch (route) {
                                    case Route.Domain(String name) -> "MX " + name;
                                    case Route.Socket(String name) -> "SOCKET " + name;
                                    case Route.Host host -> "HOST " + host.name() + " " + host.port();
                                })
                                .toList()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "[",
                "[]",
                "[a.example",
                "[a.example]x",
                "a.example:",
                "a.example:0",
                "a.example:65536",
                "a b",
                "a@b",
                "[IPv6:x]",
                "a..b",
                ".a",
                "a\r\nb",
                "[a>b]",
                "unix:",
                "unix:relative"
            })
    void refuses(String destination) {
        assertThrows(IllegalArgumentException.class, () -> Route.parse(destination));
    }
}
