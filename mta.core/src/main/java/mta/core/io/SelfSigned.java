package mta.core.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The certificate of a node that was given none: enough for opportunistic TLS (RFC 7435), which looks at no names. Made
 * by the JDK's keytool in a process of its own, since Java has no public way to sign a certificate; kept as
 * {@code self-signed.pem}, readable by its owner only.
 */
final class SelfSigned {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration RENEWAL = Duration.ofDays(30);
    private static final String ALIAS = "node";

    private SelfSigned() {}

    /** Reads it, or makes it, which takes a second or two. */
    static Identity load(Path folder, String hostname)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("self-signed.pem");
        if (Files.exists(file)) {
            Identity identity = Pem.identity(Files.readString(file));
            Instant end = identity.certificate().getNotAfter().toInstant();
            if (end.isAfter(Instant.now().plus(RENEWAL))) {
                return identity;
            }
        }
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Identity identity = make(folder, hostname);
        write(file, Pem.text(identity));
        return identity;
    }

    private static Identity make(Path folder, String hostname)
            throws IOException, GeneralSecurityException, InterruptedException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path store = folder.resolve("self-signed-" + password.substring(0, 8) + ".p12");
        try {
            keytool(store, hostname, password);
            return read(store, password.toCharArray());
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private static void keytool(Path store, String hostname, String password) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "3650",
                "-dname",
                "CN=" + hostname.replaceAll("[^A-Za-z0-9.:\\[\\]-]", ""),
                "-ext",
                "SAN=" + alternative(hostname),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "MTA_STORE_PASSWORD");
        // Not an argument: those are for everybody on the machine to see.
        builder.environment().put("MTA_STORE_PASSWORD", password);
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("keytool did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException("keytool: " + said.strip());
        }
    }

    /** {@code dns:name}, or {@code ip:address} where the hostname is an address literal. */
    private static String alternative(String hostname) {
        if (hostname.startsWith("[")) {
            return "ip:" + hostname.replaceAll("[\\[\\]]", "").replaceFirst("(?i)^IPv6:", "");
        }
        return "dns:" + hostname.replaceAll("[^A-Za-z0-9.-]", "");
    }

    private static Identity read(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(file.toFile(), password);
        Certificate[] chain = store.getCertificateChain(ALIAS);
        List<X509Certificate> certificates =
                Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        return Identity.of((PrivateKey) store.getKey(ALIAS, password), certificates);
    }

    private static void write(Path file, String text) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh = Files.createTempFile(file.getParent(), "self-signed", ".new", ownerOnly);
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
