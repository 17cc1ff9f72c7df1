package plugins.milter;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.milter.ScriptedMilter.numbers;
import static plugins.milter.ScriptedMilter.packet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import mta.plugins.api.Verdict;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Wire;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a filter sends: a verdict or a failure that says why, and nothing of it in the message by halves. */
@Timeout(120)
class MilterFuzzTest {

    private static final Duration SECONDS = Duration.ofSeconds(30);

    private static final List<byte[]> GOOD = List.of(
            packet('c'),
            packet('a'),
            packet('s'),
            packet('p'),
            packet('y', "550 5.7.1 no\0"),
            packet('y', "550-5.7.1 no\r\n550 5.7.1 never\0"),
            packet('h', "X-Added\0yes\0"),
            packet('i', 1, "X-Inserted\0yes\n more\0"),
            packet('m', 1, "Subject\0other\0"),
            packet('+', "<a@b.example>\0"),
            packet('2', "<a@b.example>\0NOTIFY=NEVER ORCPT=rfc822;a+2Bb@c\0"),
            packet('-', "<b@dest.example>\0"),
            packet('e', "<c@d.example>\0SIZE=1\0"),
            packet('b', "new body\r\n"),
            packet('q', "why\0"));

    /** What the filter says is there from the beginning; what it is told goes nowhere. */
    private record Canned(InputStream in) implements Wire {

        @Override
        public OutputStream out() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InetSocketAddress local() {
            return InetSocketAddress.createUnresolved("local", 0);
        }

        @Override
        public InetSocketAddress remote() {
            return local();
        }

        @Override
        public void readTimeout(Duration timeout) {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingGetsThroughByHalves(long seed) throws Exception {
        var random = new Random(seed);
        int verdicts = 0;
        for (int round = 0; round < 500; round++) {
            byte[] said = said(random);
            var settings = new MilterSettings(
                    "milter.fuzz", Endpoint.tcp("127.0.0.1", 1), "node.example", SECONDS, SECONDS, SECONDS);
            TestMessage message = TestMessage.of("Subject: one\n\nHello\n")
                    .from("a@origin.example")
                    .to("b@dest.example");
            String before = message.text();
            TestTransaction transaction =
                    TestSession.from("192.0.2.1").mail("a@origin.example").to("b@dest.example");
            try (var milter = new Milter(settings, (to, timeout) -> new Canned(new ByteArrayInputStream(said)))) {
                Result result = Stages.message(milter, transaction, message);
                verdicts++;
                assertTrue(!(result.verdict() instanceof Verdict.Accept), "never an Accept");
                assertTrue(message.text().indexOf("\n\r\n") > 0, message.text());
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith("milter.fuzz at "), e.getMessage());
                assertTrue(message.text().equals(before), "changed by halves: " + message.text());
            }
        }
        assertTrue(verdicts > 0, "some are good");
    }

    /** Good packets, some of them with an octet changed, left out or cut off. */
    private static byte[] said(Random random) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(spoiled(
                random, packet('O', numbers(6, 0x1ff, random.nextInt(4) == 0 ? random.nextInt() : 0)), 20));
        for (int i = random.nextInt(30); i >= 0; i--) {
            byte[] next = random.nextBoolean() ? packet('c') : GOOD.get(random.nextInt(GOOD.size()));
            all.writeBytes(spoiled(random, next, 30));
        }
        return all.toByteArray();
    }

    private static byte[] spoiled(Random random, byte[] packet, int oneIn) {
        if (random.nextInt(oneIn) != 0) {
            return packet;
        }
        byte[] other =
                java.util.Arrays.copyOf(packet, random.nextBoolean() ? packet.length : random.nextInt(packet.length));
        if (other.length > 0) {
            other[random.nextInt(other.length)] = (byte) random.nextInt();
        }
        return other;
    }
}
