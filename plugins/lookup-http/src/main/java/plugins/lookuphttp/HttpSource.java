package plugins.lookuphttp;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.lookup.Found;
import mta.lookup.Question;
import mta.lookup.Source;

/**
 * One GET for a question. 200: the answer; 404, 410 and 204: not there; everything else, and no answer in time: cannot
 * tell. Thread-safe.
 */
final class HttpSource implements Source {

    private static final Pattern MAX_AGE = Pattern.compile("(?i)(?:^|[,\\s])max-age=(\\d{1,9})");
    private static final Pattern NO_CACHE = Pattern.compile("(?i)\\bno-(?:store|cache)\\b");

    private final HttpClient client;
    private final UrlTemplate template;
    private final Map<String, String> headers;
    private final Duration timeout;
    private final int largest;

    HttpSource(HttpClient client, UrlTemplate template, Map<String, String> headers, Duration timeout, int largest) {
        this.client = client;
        this.template = template;
        this.headers = headers;
        this.timeout = timeout;
        this.largest = largest;
    }

    @Override
    public Optional<Found> ask(Question question) throws IOException, InterruptedException {
        Optional<URI> uri = template.uri(question);
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        var request = HttpRequest.newBuilder(uri.get()).timeout(timeout).setHeader("Accept", "application/json");
        headers.forEach(request::setHeader);
        HttpResponse<InputStream> response = send(request.build());
        try (InputStream body = response.body()) {
            return switch (response.statusCode()) {
                case 200 -> answer(response, bytes(body));
                case 204, 404, 410 -> Optional.empty();
                default -> throw new IOException("HTTP status " + response.statusCode());
            };
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException e) { // says nothing by itself
            throw new IOException("no connection to " + request.uri().getRawAuthority(), e);
        }
    }

    private byte[] bytes(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(largest + 1);
        if (bytes.length > largest) {
            throw new IOException("the answer is larger than " + largest + " bytes");
        }
        return bytes;
    }

    private static Optional<Found> answer(HttpResponse<?> response, byte[] body) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("application/json");
        Optional<Found> found = type.regionMatches(true, 0, "text/plain", 0, "text/plain".length())
                ? Optional.of(Found.text(new String(body, StandardCharsets.UTF_8).strip()))
                : JsonAnswer.read(body);
        return found.map(rows -> rows.withTtl(ttl(response)));
    }

    /** RFC 9111 section 5.2.2: the server says how long its answer is good for. */
    private static Optional<Duration> ttl(HttpResponse<?> response) {
        String control = String.join(",", response.headers().allValues("Cache-Control"));
        if (NO_CACHE.matcher(control).find()) {
            return Optional.of(Duration.ZERO);
        }
        Matcher age = MAX_AGE.matcher(control);
        return age.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(age.group(1)))) : Optional.empty();
    }
}
