package plugins.logwebhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** The far side of a test: an HTTP server that behaves as told and remembers what it has taken. */
final class Receiver implements AutoCloseable {

    /** What it does with a post. */
    interface Behaviour {
        void answer(HttpExchange exchange, String body) throws IOException;
    }

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    private final HttpServer server;
    private final String scheme;
    private final Deque<Behaviour> script = new ArrayDeque<>();
    private volatile Behaviour usual = status(204);

    /** Of each post that was answered with 2xx, by its id: the body. */
    final Map<String, String> taken = new LinkedHashMap<>();

    final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    final List<String> bodies = new CopyOnWriteArrayList<>();

    private Receiver(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/records", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    static Receiver start() throws IOException {
        return start(0);
    }

    static Receiver start(int port) throws IOException {
        return new Receiver(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0), "http");
    }

    static Receiver secure(SSLContext tls) throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new Receiver(server, "https");
    }

    static Behaviour status(int status, String... headers) {
        return (exchange, body) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] text = ("says " + status).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(status, status == 204 ? -1 : text.length);
            if (status != 204) {
                exchange.getResponseBody().write(text);
            }
        };
    }

    Receiver then(Behaviour... behaviours) {
        synchronized (script) {
            script.addAll(List.of(behaviours));
        }
        return this;
    }

    Receiver usually(Behaviour behaviour) {
        usual = behaviour;
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var fields = new LinkedHashMap<String, String>();
            exchange.getRequestHeaders().forEach((name, values) -> fields.put(name.toLowerCase(), values.getFirst()));
            headers.add(fields);
            bodies.add(body);
            Behaviour behaviour;
            synchronized (script) {
                behaviour = script.isEmpty() ? usual : script.poll();
            }
            behaviour.answer(exchange, body);
            if (exchange.getResponseCode() / 100 == 2) {
                synchronized (taken) {
                    taken.putIfAbsent(fields.get("webhook-id"), body);
                }
            }
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return URI.create(scheme + "://127.0.0.1:" + port() + "/records").toString();
    }

    int posts() {
        return bodies.size();
    }

    /** The numbers of the records it has taken, those of a batch that came twice once. */
    List<Integer> numbers() {
        var numbers = new ArrayList<Integer>();
        synchronized (taken) {
            taken.values().forEach(body -> numbers.addAll(numbers(body)));
        }
        return numbers;
    }

    static List<Integer> numbers(String body) {
        return NUMBER.matcher(body)
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
