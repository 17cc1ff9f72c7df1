package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import mta.core.io.Tcp;
import mta.core.io.TlsService;
import mta.core.io.TlsSettings;
import mta.core.start.LocalNode;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport.Channel;
import mta.plugins.api.policy.TlsFor.Mode;
import mta.testkit.smtp.Answer;
import mta.testkit.smtp.ScriptedServer;
import mta.testkit.smtp.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the byte streams and the TLS of the node itself. */
final class NodeTlsTest {

    @Test
    void theNodesOwnStreams(@TempDir Path directory) throws IOException, CertificateEncodingException {
        TestCertificate certificate = TestCertificate.make(directory, "dns:mx.example.com");
        Path trust = directory.resolve("trust.pem");
        Files.writeString(
                trust,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(certificate.certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        var settings =
                new TlsSettings(List.of("TLSv1.2", "TLSv1.3"), List.of(), Optional.of(trust), List.of(), List.of());
        var node = new LocalNode(directory, "1", "client.example", Duration.ZERO);
        var tls = new TlsService(node, settings);
        try (var tcp = new Tcp();
                var rig = new Rig(tcp, tls)) {
            rig.tls(Mode.VERIFIED);
            try (var server = ScriptedServer.smtp()
                    .offer("STARTTLS", "PIPELINING")
                    .tls(certificate.server())
                    .start()) {
                try (Channel channel = rig.open(server)) {
                    for (int i = 0; i < 3; i++) {
                        assertTrue(
                                rig.send(channel, Rig.message("b@example.com")).getFirst()
                                        instanceof Outcome.Delivered);
                        assertTrue(server.take().tls());
                    }
                }
                assertTrue(
                        rig.connections().getLast().tls().endsWith(" verified"),
                        rig.connections().toString());
                var wrongName = Rig.hop("mx.example.org", server.port(), 10);
                var refusal = assertThrows(
                        ConnectException.class, () -> rig.open(wrongName).close());
                assertEquals("4.7.5", refusal.reply().enhanced().toString());
            }
            rig.tls(Mode.OPPORTUNISTIC);
            try (var server = ScriptedServer.smtp()
                            .offer("STARTTLS")
                            .tls(certificate.server())
                            .on("STARTTLS", Answer.say("220 go").then(Answer.drop()))
                            .start();
                    Channel channel = rig.open(server)) {
                assertTrue(rig.send(channel, Rig.message("b@example.com")).getFirst() instanceof Outcome.Delivered);
            }
        } finally {
            tls.close();
        }
    }
}
