package plugins.lookupsocketmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import mta.lookup.SourcePolicy;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.Table;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server of what Postfix asks: postfix-mta-sts-resolver, with the policies of two domains in its cache, so that it
 * asks nobody.
 */
@Tag("peers")
@Timeout(120)
class MtaStsPeerTest {

    private static final String CACHE = """
            import json, sqlite3, sys, time
            base = sqlite3.connect(sys.argv[1])
            base.execute("create table sts_policy_cache (domain text, ts integer, pol_id text, pol_body text)")
            for domain, mode in (("strict.example", "enforce"), ("open.example", "none")):
                policy = {"version": "STSv1", "mode": mode, "mx": ["mx." + domain], "max_age": 86400}
                base.execute("insert into sts_policy_cache values (?, ?, ?, ?)",
                             (domain, int(time.time()), "1", json.dumps(policy)))
            base.commit()
            """;

    @TempDir
    Path folder;

    private final int port = Peer.freePort();

    private Path config() throws Exception {
        Path cache = folder.resolve("cache.db");
        Process made = new ProcessBuilder(Peer.program("python3").toString(), "-c", CACHE, cache.toString())
                .inheritIO()
                .start();
        assertEquals(0, made.waitFor());
        return Files.writeString(folder.resolve("mta-sts.yml"), """
                host: 127.0.0.1
                port: %d
                shutdown_timeout: 1
                cache_grace: 86400
                cache: {type: sqlite, options: {filename: %s, threads: 1, timeout: 5}}
                default_zone: {strict_testing: false, timeout: 1}
                """.formatted(port, cache));
    }

    private Peer server(Path config) {
        return Peer.start(folder, Peer.program("mta-sts-daemon").toString(), "-c", config.toString())
                .awaitPort(port);
    }

    @SuppressWarnings("unchecked")
    private static Optional<Object> find(SourcePolicy policy, String domain) throws Exception {
        Query<?> query = new Table("tls", domain);
        return policy.find((Query<Object>) query).map(Answer::value);
    }

    @Test
    void answersAsItAnswersPostfix() throws Exception {
        Peer.program("mta-sts-daemon");
        Path config = config();
        String endpoint = "127.0.0.1:" + port;
        try (var map = new MapServer(Endpoint.parse(endpoint), Amount.duration("30s"))) {
            var policy = SocketmapLookup.policy(
                    map,
                    Settings.of(SocketmapLookup.Config.class, "endpoint", endpoint),
                    Map.of("queries.Table.tls", "postfix"));
            try (Peer server = server(config)) {
                for (int i = 0; i < 3; i++) {
                    assertEquals(
                            Optional.of("secure match=mx.strict.example servername=hostname"),
                            find(policy, "strict.example"));
                    assertEquals(Optional.empty(), find(policy, "open.example"));
                    assertEquals(Optional.empty(), find(policy, "192.0.2.1"));
                }
            }
            assertThrows(IOException.class, () -> find(policy, "strict.example"), "nobody can tell");
            assertThrows(IOException.class, () -> find(policy, "open.example"), "not told apart from not there");
            try (Peer server = server(config)) {
                assertEquals(
                        Optional.of("secure match=mx.strict.example servername=hostname"),
                        find(policy, "strict.example"));
            }
        }
    }
}
