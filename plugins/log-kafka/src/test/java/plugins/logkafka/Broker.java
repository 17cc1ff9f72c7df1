package plugins.logkafka;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import mta.testkit.peer.Peer;
import mta.testkit.smtp.TestCertificate;

/**
 * A real Kafka: one process that is broker and controller, on loopback ports of its own, in a folder of the test. Its jars
 * are where the build has noted them (profile peers of this module). One listener is open, one wants TLS, a certificate
 * and a login.
 */
final class Broker {

    static final String PASSWORD = "a \"quoted\\ secret";

    final Path folder;

    /** Certificate and key, for both sides: each believes the other. */
    final Path identity;

    final Path trust;
    private final int port = Peer.freePort();
    private final int secure = Peer.freePort();
    private final String classPath;

    /** Makes its storage. */
    Broker(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        classPath = classPath();
        var certificate = TestCertificate.make(folder, "ip:127.0.0.1");
        trust = Files.writeString(folder.resolve("trust.pem"), certificate(certificate));
        identity = Files.writeString(folder.resolve("identity.pem"), key(certificate) + certificate(certificate));
        Files.writeString(folder.resolve("server.properties"), settings(Peer.freePort()));
        String said = run(
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                "4L6g3nShT-eMCtK--X86sw",
                "--config",
                folder.resolve("server.properties").toString(),
                "--add-scram",
                "SCRAM-SHA-512=[name=ann,password=\"" + PASSWORD + "\"]");
        if (!Files.exists(folder.resolve("data/meta.properties"))) {
            throw new IllegalStateException(said);
        }
    }

    /** Without the jars the test is skipped, and says so; on a machine of continuous integration it fails. */
    private static String classPath() throws IOException {
        Path noted = Path.of("target/broker.classpath");
        boolean there = Files.exists(noted);
        assertFalse(!there && System.getenv("CI") != null, "the build has not noted Kafka's jars");
        assumeTrue(there, "no jars of a Kafka broker: \"./mta test\" fetches them with its option peers");
        return Files.readString(noted).strip();
    }

    private String settings(int controller) {
        return String.join(
                "\n",
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "controller.listener.names=CONTROLLER",
                "listeners=OPEN://127.0.0.1:" + port + ",SECURE://127.0.0.1:" + secure + ",CONTROLLER://127.0.0.1:"
                        + controller,
                "listener.security.protocol.map=OPEN:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name=OPEN",
                "listener.name.secure.ssl.keystore.type=PEM",
                "listener.name.secure.ssl.keystore.location=" + identity,
                "listener.name.secure.ssl.truststore.type=PEM",
                "listener.name.secure.ssl.truststore.location=" + trust,
                "listener.name.secure.ssl.client.auth=required",
                "listener.name.secure.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN",
                "listener.name.secure.scram-sha-512.sasl.jaas.config="
                        + "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "listener.name.secure.plain.sasl.jaas.config="
                        + "org.apache.kafka.common.security.plain.PlainLoginModule required user_bob=\"plain\";",
                "log.dirs=" + folder.resolve("data"),
                "broker.session.timeout.ms=2000", // how long one that was killed keeps its successor out
                "broker.heartbeat.interval.ms=500",
                "num.partitions=3",
                "message.max.bytes=100000",
                "offsets.topic.replication.factor=1",
                "");
    }

    private static String certificate(TestCertificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.certificate().getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String key(TestCertificate certificate) {
        try (InputStream in = Files.newInputStream(certificate.file())) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(in, "changeit".toCharArray());
            Key key = keys.getKey("test", "changeit".toCharArray());
            return pem("PRIVATE KEY", key.getEncoded());
        } catch (java.security.GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] octets) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(octets) + "\n-----END " + label
                + "-----\n";
    }

    private List<String> command(String... words) {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                ClassPath.of(Broker.class) + java.io.File.pathSeparator + classPath));
        command.addAll(List.of(words));
        return command;
    }

    private String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(words))
                .directory(folder.toFile())
                .redirectError(folder.resolve("tool.log").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said + Files.readString(folder.resolve("tool.log")));
        }
        return said;
    }

    Process start() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(
                        "kafka.Kafka", folder.resolve("server.properties").toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("broker.log").toFile())
                .start();
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IllegalStateException("no broker: " + Files.readString(folder.resolve("broker.log")));
            }
            Thread.sleep(50);
        }
        return process;
    }

    private boolean listens() {
        try (var _ = new java.net.Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String secureAddress() {
        return "127.0.0.1:" + secure;
    }

    /** All that is in a topic, as lines of {@link Reader}. */
    List<String> read(String topic) throws IOException, InterruptedException {
        return run(Reader.class.getName(), address(), topic).lines().toList();
    }
}
