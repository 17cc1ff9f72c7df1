package plugins.logwebhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import mta.journal.Answer;
import mta.journal.Batch;
import mta.journal.FarSide;

/**
 * The far side: posts batches to one URL over connections that stay open. Used by the sender's thread, which waits for
 * each answer; the client's own work runs on virtual threads.
 */
final class Endpoint implements FarSide {

    /**
     * @param headers sent along, such as {@code Authorization}
     * @param secret with which each batch is signed; empty: it is not
     * @param trust file of certificates (PEM) that are believed instead of those the JDK knows
     * @param lines whether a batch is sent as lines instead of as one array
     * @param timeout for the whole exchange: connecting, sending, and all of the answer
     */
    record Settings(
            URI url,
            Map<String, String> headers,
            byte[] secret,
            Optional<Path> trust,
            boolean lines,
            Duration timeout) {}

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** An error's text may be as long as this; what the far side says to a batch that it took is thrown away. */
    private static final int LONGEST_ANSWER = 1 << 16;

    private static final int QUOTED = 200;

    private final Settings settings;
    private final InstantSource clock;
    private final HttpClient client;

    Endpoint(Settings settings, InstantSource clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // a secret in a header is for this URL only
                .connectTimeout(CONNECT)
                .executor(
                        task -> Thread.ofVirtual().name("mta/log-webhook/http").start(task));
        if (settings.trust.isPresent()) {
            builder.sslContext(trusting(settings.trust.get()));
        }
        client = builder.build();
    }

    private static SSLContext trusting(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates can be read from " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Answer send(Batch batch) throws InterruptedException {
        byte[] body = body(batch.records());
        var exchange = client.sendAsync(request(batch.id(), body), Endpoint::answer);
        try {
            // The client's own time-out ends with the answer's head: a body that drips in would hold it for ever.
            return judge(exchange.get(settings.timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Answer.Failed(
                    "no answer within "
                            + settings.timeout.toString().substring(2).toLowerCase(Locale.ROOT),
                    Duration.ZERO);
        } catch (ExecutionException e) {
            String reason = e.getCause() instanceof ConnectException
                    ? "cannot connect to " + settings.url.getAuthority()
                    : reason(e.getCause());
            return new Answer.Failed(reason, Duration.ZERO);
        } finally {
            exchange.cancel(true);
        }
    }

    private static String reason(Throwable cause) {
        String text = cause.getMessage();
        if (text == null && cause.getCause() != null) {
            return reason(cause.getCause());
        }
        return text == null ? cause.getClass().getSimpleName() : text;
    }

    private static HttpResponse.BodySubscriber<String> answer(HttpResponse.ResponseInfo head) {
        return head.statusCode() / 100 == 2
                ? HttpResponse.BodySubscribers.replacing("")
                : HttpResponse.BodySubscribers.limiting(
                        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER);
    }

    /** As JSON: an array of the records, or the records as lines. A format ends its records with a line end itself. */
    private byte[] body(List<byte[]> records) {
        var body = new ByteArrayOutputStream();
        if (settings.lines) {
            records.forEach(body::writeBytes);
            return body.toByteArray();
        }
        byte separator = '[';
        for (byte[] record : records) {
            body.write(separator);
            body.write(record, 0, withoutLineEnd(record));
            separator = ',';
        }
        body.write(']');
        return body.toByteArray();
    }

    private static int withoutLineEnd(byte[] record) {
        int length = record.length;
        while (length > 0 && (record[length - 1] == '\n' || record[length - 1] == '\r')) {
            length--;
        }
        return length;
    }

    /** Named and signed as https://www.standardwebhooks.com has it, for which receivers find libraries. */
    private HttpRequest request(String id, byte[] body) {
        String time = Long.toString(clock.instant().getEpochSecond());
        var request = HttpRequest.newBuilder(settings.url)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", settings.lines ? "application/x-ndjson" : "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", time);
        if (settings.secret.length > 0) {
            request.header("webhook-signature", "v1," + signature(id, time, body));
        }
        settings.headers.forEach(request::setHeader);
        return request.build();
    }

    private String signature(String id, String time, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(settings.secret, "HmacSHA256"));
            mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private Answer judge(HttpResponse<String> response) {
        int status = response.statusCode();
        String text = response.body().strip().replaceAll("\\s+", " ");
        String reason = (status + " " + text.substring(0, Math.min(QUOTED, text.length()))).strip();
        return switch (status / 100) {
            case 2 -> new Answer.Taken();
            default ->
                status == 400 || status == 413 || status == 422
                        ? new Answer.Refused(status == 413, reason)
                        : new Answer.Failed(reason, retryAfter(response));
        };
    }

    /** RFC 9110 section 10.2.3: seconds or a date. */
    private Duration retryAfter(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("").strip();
        if (value.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return value.length() > 9 ? Duration.ofDays(365) : Duration.ofSeconds(Long.parseLong(value));
            }
            Instant when = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(clock.instant(), when);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
