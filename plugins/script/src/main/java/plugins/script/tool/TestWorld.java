package plugins.script.tool;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.testkit.plugin.TestLookup;
import plugins.script.host.Http;
import plugins.script.host.Services;
import plugins.script.host.States;

/** What {@code mta} stands on in a test: tables and DNS as the test says, a clock that it moves. For one thread. */
public final class TestWorld implements Records, Dns, InstantSource {

    final TestLookup lookup = new TestLookup();
    final Map<String, Object> config = new HashMap<>();
    final List<LogRecord> records = new ArrayList<>();
    private final Map<String, List<Object>> zone = new HashMap<>();
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    /** Everything a script is given, out of this world. */
    public Services services() {
        return new Services(lookup, this, this, new Http(), new States(this), this, _ -> config);
    }

    void advance(Duration time) {
        now = now.plus(time);
    }

    void name(String type, String name, Object value) {
        zone.computeIfAbsent(type + " " + name, _ -> new ArrayList<>()).add(value);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public void emit(LogRecord record) {
        records.add(record);
    }

    @Override
    public boolean wanted(String kind) {
        return true;
    }

    @SuppressWarnings("unchecked") // name() took a value that fits its type
    private <T> DnsAnswer<T> answer(String type, String name) {
        List<Object> values = zone.get(type + " " + name);
        return values == null
                ? new DnsAnswer.Missing<>(false, Duration.ofMinutes(1))
                : new DnsAnswer.Found<>((List<T>) values, Duration.ofMinutes(1), false);
    }

    @Override
    public DnsAnswer<Mx> mx(String domain) {
        return answer("mx", domain);
    }

    @Override
    public DnsAnswer<InetAddress> addresses(String host) {
        return answer("addresses", host);
    }

    @Override
    public DnsAnswer<InetAddress> a(String name) {
        return answer("a", name);
    }

    @Override
    public DnsAnswer<String> txt(String name) {
        return answer("txt", name);
    }

    @Override
    public DnsAnswer<String> ptr(InetAddress address) {
        return answer("ptr", address.getHostAddress());
    }

    @Override
    public DnsAnswer<Tlsa> tlsa(String name) {
        return answer("tlsa", name);
    }
}
