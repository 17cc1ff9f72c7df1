package plugins.logkafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import mta.journal.Answer;
import mta.journal.Batch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** With Kafka's own mock of its producer, told which records fail. */
class BrokersTest {

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

    /** By the number of a record: what it fails with. */
    private Function<Integer, Optional<RuntimeException>> faults = _ -> Optional.empty();

    private final Brokers brokers =
            new Brokers(this::producer, new Brokers.Topics("mail", Map.of("Bounced", "bounces")));

    private MockProducer<byte[], byte[]> producer() {
        var made = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                Optional<RuntimeException> fault = faults.apply(Integer.parseInt(text(record.value())));
                return fault.<Future<RecordMetadata>>map(CompletableFuture::failedFuture)
                        .orElseGet(() -> super.send(record));
            }
        };
        producers.add(made);
        return made;
    }

    private static Batch batch(long segment, int from, int to) {
        int length = entry(0).length + 8; // of one digit
        return new Batch("j", segment, (long) from * length, (long) to * length, records(from, to));
    }

    private static List<byte[]> records(int from, int to) {
        return IntStream.range(from, to).mapToObj(BrokersTest::entry).toList();
    }

    private static byte[] entry(int number) {
        return new Entry(
                        number == 9 ? "Bounced" : "Deliver",
                        Instant.ofEpochSecond(number),
                        Optional.of("m" + number),
                        Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .octets();
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private List<String> arrived() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .map(record -> text(record.value()))
                .toList();
    }

    private Function<Integer, Optional<RuntimeException>> failing(RuntimeException fault, Integer... numbers) {
        return number -> Set.of(numbers).contains(number) ? Optional.of(fault) : Optional.empty();
    }

    @Test
    void aRecordHasItsTopicKeyTimeAndId() throws Exception {
        assertEquals(new Answer.Taken(), brokers.send(batch(7, 8, 10)));
        List<ProducerRecord<byte[], byte[]>> sent = producers.getFirst().history();
        assertEquals(
                List.of("mail", "bounces"),
                sent.stream().map(ProducerRecord::topic).toList());
        var first = sent.getFirst();
        assertEquals("m8", text(first.key()));
        assertEquals(8_000L, first.timestamp());
        assertEquals(
                batch(7, 8, 10).id(batch(7, 8, 10).from()),
                text(first.headers().lastHeader("id").value()));
    }

    @Test
    void whatTheBrokersHaveIsNotSentAgain() throws Exception {
        faults = failing(new TimeoutException("no answer"), 2);
        assertEquals(new Answer.Failed("no answer", Duration.ZERO), brokers.send(batch(1, 0, 5)));
        assertEquals(List.of("0", "1"), arrived(), "those behind it would only have waited");
        faults = _ -> Optional.empty();
        assertEquals(new Answer.Taken(), brokers.send(batch(1, 0, 5)));
        assertEquals(List.of("0", "1", "2", "3", "4"), arrived());
        assertEquals(new Answer.Taken(), brokers.send(batch(2, 0, 2))); // other records, in the same places
        assertEquals(7, arrived().size());
    }

    @Test
    void aFailureMakesTheClientAnew() throws Exception {
        faults = failing(new SaslAuthenticationException("wrong password"), 0);
        assertEquals(new Answer.Failed("wrong password", Duration.ZERO), brokers.send(batch(1, 0, 2)));
        faults = _ -> Optional.empty();
        assertEquals(new Answer.Taken(), brokers.send(batch(1, 0, 2)));
        assertEquals(2, new HashSet<>(producers).size());
        assertEquals(true, producers.getFirst().closed());
        assertEquals(false, producers.getLast().closed());
    }

    /** As the sender does it with skipRefused: halves, until the record is alone. */
    @Test
    void aRefusedRecordIsFoundAndTheOthersComeOnce() throws Exception {
        faults = failing(new RecordTooLargeException("too large"), 1);
        var refused = new Answer.Refused(false, "too large");
        assertEquals(refused, brokers.send(batch(1, 0, 4)));
        assertEquals(refused, brokers.send(batch(1, 0, 2)));
        assertEquals(new Answer.Taken(), brokers.send(batch(1, 0, 1)));
        assertEquals(refused, brokers.send(batch(1, 1, 4)));
        assertEquals(refused, brokers.send(batch(1, 1, 2)));
        assertEquals(new Answer.Taken(), brokers.send(batch(1, 2, 4))); // 1 is given up
        assertEquals(List.of("0", "2", "3"), arrived());
        assertEquals(1, producers.size(), "nothing is wrong with the client");
    }

    @Test
    void aFailureCountsMoreThanARefusal() throws Exception {
        faults = number -> switch (number) {
            case 0 -> Optional.of(new RecordTooLargeException("too large"));
            case 3 -> Optional.of(new TimeoutException("no answer"));
            default -> Optional.empty();
        };
        assertEquals(new Answer.Failed("no answer", Duration.ZERO), brokers.send(batch(1, 0, 4)));
    }

    @Test
    void aClientThatCannotBeMadeIsAFailureThatSaysWhy() throws Exception {
        var unknown = new Brokers(
                () -> {
                    throw new KafkaException(
                            "Failed to construct kafka producer", new ConfigException("No resolvable bootstrap urls"));
                },
                new Brokers.Topics("mail", Map.of()));
        assertEquals(new Answer.Failed("No resolvable bootstrap urls", Duration.ZERO), unknown.send(batch(1, 0, 1)));
    }

    @Test
    void anInterruptionIsOne() {
        var interrupted = new Brokers(
                () -> {
                    throw new InterruptException("closing");
                },
                new Brokers.Topics("mail", Map.of()));
        assertThrows(InterruptedException.class, () -> interrupted.send(batch(1, 0, 1)));
        assertNotEquals(false, Thread.interrupted(), "and the thread knows it");
    }
}
