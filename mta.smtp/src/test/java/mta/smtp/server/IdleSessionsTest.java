package mta.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions that wait, and the stop of the node. */
class IdleSessionsTest {

    private final TestServer server = new TestServer();

    private static String line(Socket client) throws IOException {
        return Dialogue.readLine(client.getInputStream());
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** The last line of the next reply. */
    private static String reply(Socket client) throws IOException {
        String line = line(client);
        while (line.startsWith("-", 3)) {
            line = line(client);
        }
        return line;
    }

    @Test
    void aThousandIdleConnectionsAreInNobodysWay() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try (var port = new TestPort(server)) {
            for (int i = 0; i < 1000; i++) {
                idle.add(port.connect());
            }
            for (Socket client : idle) {
                assertTrue(line(client).startsWith("220 "));
            }
            try (Socket busy = port.connect()) {
                say(busy, "EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
                for (String code : List.of("220", "250", "250", "250", "354")) {
                    assertTrue(reply(busy).startsWith(code));
                }
                say(busy, "hello\r\n.\r\n");
                assertTrue(reply(busy).startsWith("250 2.0.0 Ok: queued"));
            }
            server.stopping = true;
            for (Socket client : idle) {
                assertTrue(line(client).startsWith("421 4.3.2 "));
                assertEquals("", line(client));
            }
        } finally {
            for (Socket client : idle) {
                client.close();
            }
        }
    }

    @Test
    void anOpenTransactionIsFinishedWhenTheNodeStops() throws IOException {
        try (var port = new TestPort(server);
                Socket client = port.connect()) {
            say(client, "EHLO x\r\nMAIL FROM:<a@example.com>\r\n");
            for (String code : List.of("220", "250", "250")) {
                assertTrue(reply(client).startsWith(code));
            }
            server.stopping = true;
            say(client, "RCPT TO:<b@example.org>\r\nDATA\r\n");
            assertTrue(reply(client).startsWith("250 2.1.5"));
            assertTrue(reply(client).startsWith("354"));
            say(client, "hello\r\n.\r\nMAIL FROM:<a@example.com>\r\n");
            assertTrue(reply(client).startsWith("250 2.0.0 Ok: queued"));
            assertTrue(reply(client).startsWith("421 4.3.2 "));
            assertEquals("", line(client));
        }
        assertEquals(1, server.intake.taken.size());
    }
}
