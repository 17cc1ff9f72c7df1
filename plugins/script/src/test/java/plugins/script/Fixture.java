package plugins.script;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.testkit.plugin.TestLookup;
import plugins.script.host.Http;
import plugins.script.host.Services;
import plugins.script.host.States;

/** A folder of scripts and one engine for all tests: making one takes a second. */
final class Fixture {

    private static final JsEngine ENGINE = new JsEngine(0, System.out);
    private static final Watch WATCH = new Watch();

    final Path folder;
    final TestLookup lookup = new TestLookup();
    final List<LogRecord> events = new CopyOnWriteArrayList<>();
    final Map<String, Object> config = new HashMap<>();
    ScriptSettings settings = ScriptSettings.defaults();

    Fixture(Path folder) throws IOException {
        this.folder = folder.toRealPath();
    }

    Services services() {
        var records = new Records() {
            @Override
            public void emit(LogRecord record) {
                events.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
        InstantSource clock = InstantSource.system();
        return new Services(lookup, new Zone(), records, new Http(), new States(clock), clock, _ -> config);
    }

    /** Writes a file as editors do, in one step. */
    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path fresh = Files.createTempFile(file.getParent(), "x", ".tmp");
        Files.writeString(fresh, text);
        return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    Script load(String name, String text) throws IOException, ScriptRefused {
        return Script.load(folder, write(name, text), ENGINE, WATCH, settings, services());
    }

    Script load(JsEngine engine, String name, String text) throws IOException, ScriptRefused {
        return Script.load(folder, write(name, text), engine, WATCH, settings, services());
    }

    /** Waits for a condition; generous, because it is only ever needed when something is broken. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain: " + what);
            }
            Thread.sleep(10);
        }
    }

    /** {@code example.org} has one of each; {@code broken.example} cannot be told. */
    private static final class Zone implements Dns {

        private static <T> DnsAnswer<T> answer(String name, T value) {
            return switch (name) {
                case "example.org", "192.0.2.1" -> new DnsAnswer.Found<>(List.of(value), Duration.ofMinutes(1), false);
                case "broken.example" -> new DnsAnswer.Failed<>("SERVFAIL");
                default -> new DnsAnswer.Missing<>(false, Duration.ofMinutes(1));
            };
        }

        @Override
        public DnsAnswer<Mx> mx(String domain) {
            return answer(domain, new Mx(10, "mx.example.org"));
        }

        @Override
        public DnsAnswer<InetAddress> addresses(String host) {
            return answer(host, InetAddress.ofLiteral("192.0.2.1"));
        }

        @Override
        public DnsAnswer<InetAddress> a(String name) {
            return answer(name, InetAddress.ofLiteral("192.0.2.1"));
        }

        @Override
        public DnsAnswer<String> txt(String name) {
            return answer(name, "v=spf1 -all");
        }

        @Override
        public DnsAnswer<String> ptr(InetAddress address) {
            return answer(address.getHostAddress(), "mail.example.org");
        }

        @Override
        public DnsAnswer<Tlsa> tlsa(String name) {
            return answer(name, new Tlsa(3, 1, 1, "00"));
        }
    }
}
