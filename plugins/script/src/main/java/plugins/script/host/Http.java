package plugins.script.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;
import plugins.script.view.Inward;

/**
 * {@code mta.http}: one request, its answer, blocking. A status is an answer; no answer is thrown. Thread-safe; the client
 * is made with the first request.
 */
public final class Http implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LARGEST = 1 << 20;

    private HttpClient client;

    @Export
    public Answer get(String url) throws IOException {
        return send("GET", url, null);
    }

    /** @param options {@code {headers: {...}, timeout: '2s'}} */
    @Export
    public Answer get(String url, Value options) throws IOException {
        return send("GET", url, options);
    }

    /** @param options {@code {body: '...', headers: {...}, timeout: '2s'}} */
    @Export
    public Answer post(String url, Value options) throws IOException {
        return send("POST", url, options);
    }

    private Answer send(String method, String url, Value options) throws IOException {
        String body = text(options, "body");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(timeout(options))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        Value headers = options == null ? null : options.getMember("headers");
        if (headers != null) {
            headers.getMemberKeys()
                    .forEach(
                            name -> request.header(name, headers.getMember(name).asString()));
        }
        try {
            HttpResponse<InputStream> response =
                    client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] octets = in.readNBytes(LARGEST + 1);
                if (octets.length > LARGEST) {
                    throw new IOException("the answer of " + url + " is larger than " + LARGEST + " bytes");
                }
                return new Answer(response, new String(octets, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            // Left set, so that the watchdog sees it even if the script goes on
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + url, e);
        }
    }

    private static String text(Value options, String key) {
        Value value = options == null ? null : options.getMember(key);
        return value == null || value.isNull() ? "" : value.asString();
    }

    private static Duration timeout(Value options) {
        Value value = options == null ? null : options.getMember("timeout");
        return value == null || value.isNull() ? TIMEOUT : Inward.duration(value);
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .executor(task -> Thread.ofVirtual().name("mta/script/http").start(task))
                    .build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }

    /** What came back. */
    public static final class Answer {

        private final HttpResponse<?> response;
        private final String text;

        Answer(HttpResponse<?> response, String text) {
            this.response = response;
            this.text = text;
        }

        @Export
        public int status() {
            return response.statusCode();
        }

        /** 2xx. */
        @Export
        public boolean ok() {
            return response.statusCode() / 100 == 2;
        }

        @Export
        public String text() {
            return text;
        }

        /** Null where it has none. */
        @Export
        public String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }
}
