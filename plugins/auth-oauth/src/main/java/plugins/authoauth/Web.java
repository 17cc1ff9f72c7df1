package plugins.authoauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTP with limits: no redirects, an answer of so many bytes, all of it in time. Thread-safe. */
final class Web implements AutoCloseable {

    private final HttpClient client;
    private final Duration timeout;
    private final int largest;

    /** @param trust file of root certificates, PEM; empty: the JDK's */
    Web(Optional<Path> trust, Duration timeout, int largest) {
        var builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        trust.ifPresent(file -> builder.sslContext(trusting(file)));
        client = builder.build();
        this.timeout = timeout;
        this.largest = largest;
    }

    /**
     * Where keys or tokens go in plain text, others can read and change them: so only on this machine.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    static URI checked(String setting, String text, boolean insecure) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": no URL: " + e.getMessage(), e);
        }
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (!https && !http || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(setting + ": a URL begins with https:// and a host, without a password");
        }
        if (http && !insecure && !loopback(uri.getHost())) {
            throw new IllegalArgumentException(
                    setting + ": http:// to another machine can be read and changed on the way; use https://,"
                            + " or say insecure: true");
        }
        return uri;
    }

    private static boolean loopback(String host) {
        try {
            return host.equalsIgnoreCase("localhost")
                    || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    byte[] get(URI uri) throws IOException {
        return send(HttpRequest.newBuilder(uri).GET());
    }

    byte[] post(URI uri, String form, String authorization) throws IOException {
        return send(HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(form, US_ASCII)));
    }

    /** The client's own time-out ends with the head of an answer; this one is for all of it. */
    private byte[] send(HttpRequest.Builder builder) throws IOException {
        HttpRequest request = builder.header("Accept", "application/json").build();
        CompletableFuture<HttpResponse<byte[]>> running =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), largest));
        try {
            HttpResponse<byte[]> response = running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(request.uri() + ": HTTP status " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException e) {
            String why = Optional.ofNullable(e.getCause().getMessage())
                    .orElse(e.getCause().getClass().getSimpleName());
            throw new IOException(request.uri() + ": " + why, e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(request.uri() + ": no answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(request.uri() + ": interrupted", e);
        } finally {
            running.cancel(true);
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root" + number++, root);
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("trust: " + e, e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
