package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity server of the test: it has keys, signs tokens, tells its keys and what it thinks of tokens, over HTTP. */
final class Identity implements AutoCloseable {

    static final String ISSUER = "https://id.example.org";
    static final Instant NOW = Instant.now();

    final KeyPair rsaPair = pair("RSA", 2048);
    final KeyPair edPair = pair("Ed25519", 255);
    final KeyPair ecPair = pair("EC", 256);
    final RSAKey rsa = new RSAKey.Builder((RSAPublicKey) rsaPair.getPublic())
            .privateKey(rsaPair.getPrivate())
            .keyUse(KeyUse.SIGNATURE)
            .keyID("rsa-1")
            .build();
    final ECKey ec = new ECKey.Builder(Curve.P_256, (ECPublicKey) ecPair.getPublic())
            .privateKey(ecPair.getPrivate())
            .keyID("ec-1")
            .build();
    final OctetKeyPair ed =
            new OctetKeyPair.Builder(Curve.Ed25519, x(edPair)).keyID("ed-1").build();

    final AtomicInteger keyRequests = new AtomicInteger();
    final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    final Map<String, String> known = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    volatile int status = 200;
    volatile String keys = new JWKSet(List.of(rsa, ec, ed)).toString();
    private final HttpServer server;

    Identity() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/keys", exchange -> {
            keyRequests.incrementAndGet();
            answer(exchange, status, keys);
        });
        server.createContext("/introspect", this::introspect);
        server.createContext("/drip", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try (exchange) {
                closing.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void introspect(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        asked.add(exchange.getRequestMethod() + " "
                + exchange.getRequestHeaders().getFirst("Authorization") + " "
                + body);
        String token = body.replaceFirst("^token=([^&]*).*$", "$1");
        answer(exchange, status, known.getOrDefault(token, "{\"active\": false}"));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] octets = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, octets.length);
        exchange.getResponseBody().write(octets);
        exchange.close();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }

    // ---- tokens ----

    /** Of Ann, good for five minutes. */
    static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("mta")
                .subject("4711")
                .claim("email", "ann@example.org")
                .claim("scope", "openid mail.send")
                .expirationTime(Date.from(NOW.plus(Duration.ofMinutes(5))));
    }

    String token() {
        return rsa(claims().build());
    }

    String rsa(JWTClaimsSet claims) {
        return rsa(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").build(), claims);
    }

    String rsa(JWSHeader header, JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(rsaPair.getPrivate(), true));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String ec(JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec-1").build(), claims);
            jwt.sign(new ECDSASigner(ec));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String ed(String algorithm, JWTClaimsSet claims) {
        try {
            String input = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"ed-1\"}") + "."
                    + Base64URL.encode(claims.toString());
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(edPair.getPrivate());
            signature.update(input.getBytes(UTF_8));
            return input + "." + Base64URL.encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static JWK renamed(RSAKey key, String id) {
        return new RSAKey.Builder(key).keyID(id).build();
    }

    static KeyPair pair(String algorithm, int size) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last 32 octets of the X.509 form are the key. */
    private static Base64URL x(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }
}
