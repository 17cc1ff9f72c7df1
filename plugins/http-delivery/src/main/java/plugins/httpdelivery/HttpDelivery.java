package plugins.httpdelivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.config.Amount;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Posts each message to the URL that is its route. Channels run on virtual threads of the queue, which wait for each
 * answer; the client and its connections are shared. Thread-safe, its settings are one immutable value.
 */
@Component(service = Transport.class, configurationPid = "mta.http-delivery")
@Plugin("http-delivery")
@Named("http")
@Designate(ocd = HttpDelivery.Config.class)
public final class HttpDelivery implements Transport {

    @ObjectClassDefinition(name = "http-delivery", description = "The transport http: posts messages to a URL.")
    @interface Config {

        @AttributeDefinition(description = "Where mail goes whose route is no URL; empty: it waits.")
        String url() default "";

        @AttributeDefinition(
                name = "headers.*",
                required = false,
                description =
                        "Header fields sent along, such as Authorization: \"Bearer ${file:UTF-8:/etc/mta/token}\".")
        String headers() default "";

        @AttributeDefinition(
                description = "Each post is signed with it (HMAC-SHA256, header webhook-signature): text, or whsec_ and"
                        + " base64. Empty: it is not.")
        String secret() default "";

        @AttributeDefinition(
                description =
                        "File of certificates (PEM) that are believed instead of those that Java knows; relative to"
                                + " the instance folder.")
        String trust() default "";

        @AttributeDefinition(description = "Duration. For one post, to the end of the answer.")
        String timeout() default "2m";

        @AttributeDefinition(min = "1", description = "Recipients of one post; a message with more is posted again.")
        int maxRecipients() default 50;

        @AttributeDefinition(description = "Statuses that fail for good; others that are not 2xx are tried again.")
        int[] permanent() default {400, 410, 413, 415, 422, 451};
    }

    private record Settings(
            Optional<URI> url,
            Map<String, String> headers,
            byte[] secret,
            Duration timeout,
            int maxRecipients,
            Answers answers,
            HttpClient client) {}

    private static final int LONGEST_ANSWER = 1 << 16;

    private final InstantSource clock;
    private volatile Settings settings;

    @Activate
    public HttpDelivery(Config config, Map<String, Object> entries) {
        this(config, entries, InstantSource.system());
    }

    HttpDelivery(Config config, Map<String, Object> entries, InstantSource clock) {
        this.clock = clock;
        settings = settings(config, entries);
    }

    /** What is under way ends with the old settings. */
    @Modified
    void modified(Config config, Map<String, Object> entries) {
        Settings old = settings;
        settings = settings(config, entries);
        old.client.shutdown();
    }

    @Deactivate
    void stop() {
        settings.client.shutdownNow();
    }

    // -- settings -----------------------------------------------------------------------------------------------------

    private static Settings settings(Config config, Map<String, Object> entries) {
        var headers = new HashMap<String, String>();
        entries.forEach((key, value) -> {
            if (key.startsWith("headers.")) {
                headers.put(key.substring("headers.".length()), value.toString());
            }
        });
        Optional<URI> url = Optional.of(config.url().strip())
                .filter(text -> !text.isEmpty())
                .map(text -> url(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "url: an address that begins with https:// or http://, not: " + text)));
        Duration timeout = Amount.duration(config.timeout());
        if (timeout.isZero()) {
            throw new IllegalArgumentException("timeout: more than 0");
        }
        String secret = config.secret();
        byte[] key = secret.startsWith("whsec_")
                ? Base64.getDecoder().decode(secret.substring("whsec_".length()))
                : secret.getBytes(StandardCharsets.UTF_8);
        return new Settings(
                url,
                Map.copyOf(headers),
                key,
                timeout,
                config.maxRecipients(),
                new Answers(Arrays.stream(config.permanent()).boxed().collect(Collectors.toSet())),
                client(config));
    }

    private static HttpClient client(Config config) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // a password in a header is for this URL only
                .connectTimeout(Duration.ofSeconds(30))
                .executor(task -> Thread.ofVirtual().name("mta/http-delivery").start(task));
        if (!config.trust().isBlank()) {
            builder.sslContext(trusting(
                    java.nio.file.Path.of(System.getProperty("mta.data", "")).resolve(config.trust())));
        }
        return builder.build();
    }

    private static SSLContext trusting(java.nio.file.Path file) {
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
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("trust: no certificates can be read from " + file, e);
        }
    }

    private static Optional<URI> url(String text) {
        try {
            var url = new URI(text);
            boolean http = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            return http && url.getHost() != null ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    // -- the transport ------------------------------------------------------------------------------------------------

    /** @param destination a URL, where a route says so */
    @Override
    public Resolution resolve(String destination) {
        return url(destination)
                .or(() -> settings.url)
                .<Resolution>map(url -> new Resolution.Site(url.toString(), List.of(), Duration.ofMinutes(5)))
                .orElseGet(() -> new Resolution.Unknown(
                        Reply.of(451, "4.3.5", "http-delivery: neither the route nor the settings name a URL")));
    }

    /** Looks whether somebody is there: if not, the path rests and no message is charged with an attempt. */
    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) throws IOException {
        URI url = url(path.site())
                .orElseThrow(
                        () -> new ConnectException(Reply.of(451, "4.3.5", "http-delivery: not a URL: " + path.site())));
        String peer = url.getHost() + ":" + port(url);
        int millis = (int) Math.clamp(path.settings().connectTimeout().toMillis(), 1, Integer.MAX_VALUE);
        try (var probe = new Socket()) {
            probe.connect(new InetSocketAddress(url.getHost(), port(url)), millis);
        } catch (IOException e) {
            throw new ConnectException(Reply.of(451, "4.4.1", peer + ": " + clean(e)), e);
        }
        return new Posts(url, peer);
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    private static String clean(Throwable cause) {
        String text = cause.getMessage();
        if (text == null && cause.getCause() != null) {
            return clean(cause.getCause());
        }
        return (text == null ? cause.getClass().getSimpleName() : text).replaceAll("\\p{Cntrl}", " ");
    }

    private final class Posts implements Channel {

        private final URI url;
        private final String peer;

        Posts(URI url, String peer) {
            this.url = url;
            this.peer = peer;
        }

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            Settings now = settings;
            List<Outcome> outcomes = new ArrayList<>(attempt.recipients().size());
            List<Recipient> all = attempt.recipients();
            for (int i = 0; i < all.size(); i += now.maxRecipients) {
                List<Recipient> some = all.subList(i, Math.min(all.size(), i + now.maxRecipients));
                Reply reply = post(now, attempt, some);
                some.forEach(recipient -> outcomes.add(Outcome.of(recipient, reply)));
            }
            return outcomes;
        }

        private Reply post(Settings now, Attempt attempt, List<Recipient> recipients) throws IOException {
            var exchange = now.client.sendAsync(request(now, attempt, recipients), HttpDelivery::answer);
            try {
                // The client's own time-out ends with the answer's head: a body that drips in would hold it for ever.
                HttpResponse<String> response = exchange.get(now.timeout.toMillis(), TimeUnit.MILLISECONDS);
                String said = response.headers().firstValue("Mta-Reply").orElse("");
                return now.answers.reply(response.statusCode(), said, response.body());
            } catch (TimeoutException e) {
                return Reply.of(
                        451,
                        "4.4.2",
                        "no answer within "
                                + now.timeout.toString().substring(2).toLowerCase(Locale.ROOT));
            } catch (ExecutionException e) {
                return Reply.of(451, "4.4.2", clean(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                exchange.cancel(true);
            }
        }

        /** Named and signed as https://www.standardwebhooks.com has it. */
        private HttpRequest request(Settings now, Attempt attempt, List<Recipient> recipients) throws IOException {
            Content content = attempt.message().content();
            String id = attempt.message().id() + "-" + digest(recipients);
            String time = Long.toString(clock.instant().getEpochSecond());
            var request = HttpRequest.newBuilder(url)
                    .POST(body(content))
                    .header("Content-Type", "message/rfc822")
                    .header("Mta-Envelope", EnvelopeField.of(attempt, recipients))
                    .header("webhook-id", id)
                    .header("webhook-timestamp", time);
            if (now.secret.length > 0) {
                request.header("webhook-signature", "v1," + signature(now.secret, id + "." + time + ".", content));
            }
            now.headers.forEach(request::setHeader);
            return request.build();
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public String peer() {
            return peer;
        }

        @Override
        public void close() {}
    }

    private static HttpResponse.BodySubscriber<String> answer(HttpResponse.ResponseInfo head) {
        return head.statusCode() / 100 == 2
                ? HttpResponse.BodySubscribers.replacing("")
                : HttpResponse.BodySubscribers.limiting(
                        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER);
    }

    private static HttpRequest.BodyPublisher body(Content content) {
        return content.size() == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofInputStream(() -> open(content)), content.size());
    }

    private static InputStream open(Content content) {
        try {
            return content.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same for the same recipients, so that another try has the same id: a receiver can tell that it has it. */
    private static String digest(List<Recipient> recipients) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            recipients.stream()
                    .map(recipient -> recipient.address() + "\n")
                    .sorted()
                    .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String signature(byte[] secret, String head, Content content) throws IOException {
        try (InputStream in = content.open()) {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            byte[] buffer = new byte[1 << 14];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                mac.update(buffer, 0, count);
            }
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
