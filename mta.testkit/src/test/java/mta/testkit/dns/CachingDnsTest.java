package mta.testkit.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import mta.core.dns.CachingDns;
import mta.core.dns.DnsSettings;
import mta.core.metrics.Meters;
import mta.plugins.api.dns.Dns.Mx;
import mta.plugins.api.dns.Dns.Tlsa;
import mta.plugins.api.dns.DnsAnswer;
import mta.plugins.api.dns.DnsAnswer.Failed;
import mta.plugins.api.dns.DnsAnswer.Found;
import mta.plugins.api.dns.DnsAnswer.Missing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/** The real resolver against a server on loopback. */
class CachingDnsTest {

    private DnsServer server;
    private CachingDns dns;

    @BeforeEach
    void start() throws Exception {
        server = new DnsServer();
        dns = dns(Duration.ofSeconds(20), server.address());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static CachingDns dns(Duration timeout, InetSocketAddress... servers) {
        return new CachingDns(settings(timeout, Optional.empty(), servers), new Meters());
    }

    private static DnsSettings settings(Duration timeout, Optional<Path> hosts, InetSocketAddress... servers) {
        return new DnsSettings(
                List.of(servers),
                timeout,
                1,
                Set.of("127.0.0.1"),
                1000,
                Duration.ofSeconds(1),
                Duration.ofDays(1),
                Duration.ofSeconds(30),
                hosts);
    }

    @Test
    void exchangersComeByPreferenceAndOtherwiseInTheOrderOfTheAnswer() throws Exception {
        server.add("example.org. 300 MX 20 c.example.org.")
                .add("example.org. 200 MX 10 B.example.org.")
                .add("example.org. 300 MX 10 a.example.org.");
        var found = assertInstanceOf(Found.class, dns.mx("Example.ORG"));
        assertEquals(
                List.of(new Mx(10, "b.example.org"), new Mx(10, "a.example.org"), new Mx(20, "c.example.org")),
                found.values());
        assertFalse(found.secure());
        assertTrue(found.ttl().compareTo(Duration.ofSeconds(200)) <= 0, "the shortest time to live counts");
    }

    /** RFC 5782: what a list says is in A records; an answer that is an IPv6 address would mean nothing. */
    @Test
    void recordsOfTypeAAreOneQuestion() throws Exception {
        server.add("7.2.0.192.bl.example. 300 A 127.0.0.2").add("7.2.0.192.bl.example. 300 AAAA 2001:db8::1");
        assertEquals(List.of(InetAddress.ofLiteral("127.0.0.2")), found(dns.a("7.2.0.192.bl.example")));
        assertEquals(1, server.udpQueries());
        assertInstanceOf(Missing.class, dns.a("8.2.0.192.bl.example"));
        assertEquals(2, server.udpQueries());
        assertEquals(2, found(dns.addresses("7.2.0.192.bl.example")).size());
        assertEquals(3, server.udpQueries(), "the answer is kept for whoever asks for both");
        assertInstanceOf(Missing.class, dns.a("192.0.2.7"), "a literal is a name like any other");
    }

    @Test
    void aNullMxHasAnEmptyHost() throws Exception {
        server.add("silent.example. 300 MX 0 .");
        assertEquals(List.of(new Mx(0, "")), found(dns.mx("silent.example")));
    }

    @Test
    void noNameNoDataAndNoAnswerAreThreeThings() throws Exception {
        server.add("exists.example. 300 TXT \"x\"").fail("broken.example.", Rcode.SERVFAIL);
        assertFalse(assertInstanceOf(Missing.class, dns.mx("nowhere.example")).nameExists());
        assertTrue(assertInstanceOf(Missing.class, dns.mx("exists.example")).nameExists());
        var failed = assertInstanceOf(Failed.class, dns.mx("broken.example"));
        assertTrue(failed.reason().contains("SERVFAIL"), failed.reason());
    }

    @Test
    void negativeAnswersLiveForTheMinimumOfTheSoa() {
        var missing = assertInstanceOf(Missing.class, dns.mx("nowhere.example"));
        assertTrue(missing.ttl().compareTo(Duration.ofSeconds(30)) <= 0, missing.toString());
        assertTrue(missing.ttl().compareTo(Duration.ofSeconds(20)) > 0, missing.toString());
        dns.mx("nowhere.example");
        assertEquals(1, server.udpQueries());
    }

    @Test
    void failuresAreRememberedForAWhile() throws Exception {
        server.fail("broken.example.", Rcode.SERVFAIL);
        dns.mx("broken.example");
        dns.mx("broken.example");
        assertEquals(1, server.udpQueries());
    }

    @Test
    void aliasesAreFollowedWithinTheAnswer() throws Exception {
        server.add("www.example. 300 CNAME a.example.")
                .add("a.example. 50 CNAME b.example.")
                .add("b.example. 300 A 192.0.2.1");
        var found = assertInstanceOf(Found.class, dns.addresses("www.example"));
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), found.values());
        assertTrue(found.ttl().compareTo(Duration.ofSeconds(50)) <= 0, found.toString());
    }

    @Test
    void aliasesAreFollowedByAskingAgain() throws Exception {
        server.chasing(false);
        server.add("mx.example. 300 CNAME a.example.").add("a.example. 300 MX 5 mail.example.");
        assertEquals(List.of(new Mx(5, "mail.example")), found(dns.mx("mx.example")));
    }

    @Test
    void aliasesThatGoInCirclesFail() throws Exception {
        server.add("a.example. 300 CNAME b.example.").add("b.example. 300 CNAME a.example.");
        assertInstanceOf(Failed.class, dns.txt("a.example"));
        server.chasing(false);
        assertInstanceOf(Failed.class, dns.mx("a.example"));
    }

    @Test
    void anAliasToNowhereIsMissing() throws Exception {
        server.add("a.example. 300 CNAME gone.example.");
        assertFalse(assertInstanceOf(Missing.class, dns.mx("a.example")).nameExists());
    }

    @Test
    void bothKindsOfAddresses() throws Exception {
        server.add("host.example. 300 A 192.0.2.1").add("host.example. 300 AAAA 2001:db8::1");
        assertEquals(
                List.of(InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("192.0.2.1")),
                found(dns.addresses("host.example")));
    }

    @Test
    void whatIsCutOffComesOverTcp() throws Exception {
        server.add("long.example. 300 TXT \"over \" \"tcp\"").truncate("long.example.");
        assertEquals(List.of("over tcp"), found(dns.txt("long.example")));
        assertEquals(1, server.tcpQueries());
    }

    @Test
    void theBitOfATrustedServerMakesAnswersSecure() throws Exception {
        server.authentic(true);
        server.add(
                "_25._tcp.mx.example. 300 TLSA 3 1 1 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");
        var found = assertInstanceOf(Found.class, dns.tlsa("_25._tcp.mx.example"));
        assertTrue(found.secure());
        assertEquals(
                List.of(new Tlsa(3, 1, 1, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")),
                found.values());
        var settings = settings(Duration.ofSeconds(20), Optional.empty(), server.address());
        var distrustful = new CachingDns(
                new DnsSettings(
                        settings.servers(),
                        settings.timeout(),
                        1,
                        Set.of("192.0.2.53"),
                        10,
                        settings.minTtl(),
                        settings.maxTtl(),
                        settings.failureTtl(),
                        Optional.empty()),
                new Meters());
        assertFalse(assertInstanceOf(Found.class, distrustful.tlsa("_25._tcp.mx.example"))
                .secure());
    }

    @Test
    void namesOfAddresses() throws Exception {
        server.add("1.2.0.192.in-addr.arpa. 300 PTR Host.Example.");
        assertEquals(List.of("host.example"), found(dns.ptr(InetAddress.ofLiteral("192.0.2.1"))));
    }

    @Test
    void internationalNamesAreAskedForInTheirAForm() throws Exception {
        server.add("xn--bcher-kva.example. 300 MX 10 mx.example.");
        assertEquals(List.of(new Mx(10, "mx.example")), found(dns.mx("bücher.example")));
    }

    @Test
    void whatCannotBeANameIsNotThere() {
        for (String nonsense : List.of("a..b", "x".repeat(64) + ".example", "x.".repeat(130), ".", "\u0000\\")) {
            assertInstanceOf(Missing.class, dns.mx(nonsense), nonsense);
        }
    }

    @Test
    void literalsAreNotLookedUp() {
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.7")), found(dns.addresses("[192.0.2.7]")));
        assertEquals(List.of(InetAddress.ofLiteral("2001:db8::7")), found(dns.addresses("[IPv6:2001:db8::7]")));
        assertEquals(0, server.udpQueries());
    }

    @Test
    void aServerThatIsSilentIsPassedOver() throws Exception {
        try (var dead = new DnsServer()) {
            dead.silent(true);
            server.add("example.org. 300 MX 10 mx.example.org.");
            var both = dns(Duration.ofMillis(300), dead.address(), server.address());
            assertEquals(List.of(new Mx(10, "mx.example.org")), found(both.mx("example.org")));
            int asked = dead.udpQueries();
            both.mx("other.example");
            assertEquals(asked, dead.udpQueries(), "the one that answered is asked first from then on");
        }
    }

    @Test
    void noServerAtAllFails() {
        assertInstanceOf(Failed.class, dns(Duration.ofSeconds(1)).mx("example.org"));
    }

    @Test
    void manyWhoAskTheSameCauseOneQuestion() throws Exception {
        server.add("example.org. 300 MX 10 mx.example.org.");
        var ready = new CountDownLatch(50);
        var answers = new java.util.concurrent.ConcurrentLinkedQueue<DnsAnswer<Mx>>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 50; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                ready.countDown();
                answers.add(dns.mx("example.org"));
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(
                50, answers.stream().filter(answer -> answer instanceof Found).count());
        assertEquals(1, server.udpQueries());
    }

    @Test
    void theHostsFileGoesFirst(@TempDir Path folder) throws Exception {
        Path hosts =
                Files.writeString(folder.resolve("hosts"), "192.0.2.9 Smart-Host smart.example # comment\nbad line\n");
        var local =
                new CachingDns(settings(Duration.ofSeconds(20), Optional.of(hosts), server.address()), new Meters());
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.9")), found(local.addresses("smart-host.")));
        assertEquals(2, found(local.addresses("localhost")).size());
        assertEquals(0, server.udpQueries());
    }

    private static <T> List<T> found(DnsAnswer<T> answer) {
        return answer instanceof Found<T> found ? found.values() : List.of();
    }
}
