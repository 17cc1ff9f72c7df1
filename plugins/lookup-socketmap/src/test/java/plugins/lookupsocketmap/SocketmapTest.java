package plugins.lookupsocketmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import mta.lookup.SourcePolicy;
import mta.plugins.api.Address;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.Table;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketmapTest {

    /** Replies to questions, as they go over the wire. */
    private final Map<String, String> replies = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<String> questions = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<SocketChannel> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocketChannel listener;
    private MapServer server;

    private void serve(SocketAddress address) throws IOException {
        listener = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        listener.bind(address);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    SocketChannel channel = listener.accept();
                    connections.incrementAndGet();
                    open.add(channel);
                    Thread.ofVirtual().start(() -> talk(channel));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    private void talk(SocketChannel channel) {
        try (channel) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            OutputStream out = Channels.newOutputStream(channel);
            while (true) {
                int length = 0;
                for (int c = in.read(); c != ':'; c = in.read()) {
                    if (c < 0) {
                        return;
                    }
                    length = length * 10 + c - '0';
                }
                String question = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                assertEquals(',', in.read());
                questions.add(question);
                String reply = replies.getOrDefault(question, "9:NOTFOUND ,");
                out.write(reply.getBytes(StandardCharsets.UTF_8));
                if (reply.isEmpty()) {
                    in.read(); // says nothing until the client goes
                }
            }
        } catch (IOException e) {
            // gone
        }
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
        listener.close();
    }

    private SourcePolicy policy(String... settings) throws IOException {
        serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        return policyAt("127.0.0.1:" + port, "1m", settings);
    }

    private SourcePolicy policyAt(String endpoint, String timeout, String... settings) {
        var properties = new HashMap<String, Object>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        var config = Settings.of(SocketmapLookup.Config.class, "endpoint", endpoint);
        server = new MapServer(Endpoint.parse(endpoint), Amount.duration(timeout));
        return SocketmapLookup.policy(server, config, properties);
    }

    private void reply(String question, String text) {
        replies.put(question, text.getBytes(StandardCharsets.UTF_8).length + ":" + text + ",");
    }

    @SuppressWarnings("unchecked")
    private static Optional<Object> find(SourcePolicy policy, Query<?> query) throws Exception {
        return policy.find((Query<Object>) query).map(Answer::value);
    }

    @Test
    void keysAreTriedInTurnOverOneConnection() throws Exception {
        var policy = policy("queries.AliasFor", "virtual");
        reply("virtual @a.example", "OK ann@a.example, b\u00e9@a.example");
        assertEquals(
                Optional.of(List.of(Address.of("ann@a.example"), Address.of("b\u00e9@a.example"))),
                find(policy, new AliasFor(Address.of("x+y@a.example"))));
        assertEquals(
                List.of("virtual x+y@a.example", "virtual x@a.example", "virtual @a.example"), List.copyOf(questions));
        assertEquals(Optional.empty(), find(policy, new AliasFor(Address.of("x@b.example"))));
        assertEquals(1, connections.get());
    }

    @Test
    void keysMayBeOthers() throws Exception {
        var policy = policy("queries.Table.colours", "c", "keys.Table.colours", "{name}/{key}");
        reply("c colours/the sky", "OK blue");
        assertEquals(Optional.of("blue"), find(policy, new Table("colours", "the sky")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11:TEMP sorry.,",
                "9:TIMEOUT x,",
                "6:PERM x,",
                "3:YES,",
                "x",
                "2:OK;",
                "999999999:",
                ":",
                "0:,",
                "200000:OK"
            })
    void whatIsNeitherOkNorNotFoundCannotBeTold(String wire) throws Exception {
        var policy = policy("queries.Table", "t");
        replies.put("t k", wire);
        assertThrows(IOException.class, () -> find(policy, new Table("any", "k")));
    }

    @Test
    void aConnectionThatTheServerClosedIsMadeAnew() throws Exception {
        var policy = policy("queries.Table", "t");
        reply("t k", "OK blue");
        assertEquals(Optional.of("blue"), find(policy, new Table("t", "k")));
        open.remove().close();
        assertEquals(Optional.of("blue"), find(policy, new Table("t", "k")));
        assertEquals(2, connections.get());
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        var policy = policyAt("127.0.0.1:" + port, "200ms", "queries.Table", "t");
        replies.put("t k", "");
        assertThrows(SocketTimeoutException.class, () -> find(policy, new Table("t", "k")));
    }

    @Test
    void overAUnixDomainSocket(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        serve(UnixDomainSocketAddress.of(socket));
        var policy = policyAt("unix:" + socket, "1m", "queries.Table", "t");
        reply("t k", "OK blue");
        assertEquals(Optional.of("blue"), find(policy, new Table("t", "k")));
    }

    @Test
    void nobodyThereCannotBeTold() throws Exception {
        var policy = policy("queries.Table", "t");
        listener.close();
        assertThrows(IOException.class, () -> find(policy, new Table("t", "k")));
    }

    @Test
    void aMapsNameIsAWord() {
        assertThrows(IllegalArgumentException.class, () -> policy("queries.Table", "two words"));
    }
}
