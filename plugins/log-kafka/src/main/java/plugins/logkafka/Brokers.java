package plugins.logkafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import mta.journal.Answer;
import mta.journal.Batch;
import mta.journal.FarSide;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The far side: gives the records of a batch to Kafka's producer and waits until the brokers have all of them. After a
 * failure the producer is made anew, which looks up the brokers' names and reads certificates again. Used by the
 * sender's thread; the producer's own thread does the network.
 */
final class Brokers implements FarSide {

    /**
     * @param topic where records go
     * @param topics where those of a kind go instead
     */
    record Topics(String topic, Map<String, String> topics) {
        String of(String kind) {
            return topics.getOrDefault(kind, topic);
        }
    }

    /** A record that was given to the producer. */
    private record Sent(long offset, Future<RecordMetadata> fate) {}

    private final Supplier<Producer<byte[], byte[]>> client;
    private final Topics topics;
    private Optional<Producer<byte[], byte[]>> producer = Optional.empty();

    /** Of the records in this segment, where those are that the brokers have though their batch has failed. */
    private final TreeSet<Long> taken = new TreeSet<>();

    private long segment;

    Brokers(Supplier<Producer<byte[], byte[]>> client, Topics topics) {
        this.client = client;
        this.topics = topics;
    }

    @Override
    public Answer send(Batch batch) throws InterruptedException {
        try {
            forgetBefore(batch);
            Answer answer = answer(give(batch));
            if (answer instanceof Answer.Failed) {
                drop();
            }
            return answer;
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            drop();
            return new Answer.Failed(reason(e), Duration.ZERO);
        }
    }

    private void forgetBefore(Batch batch) {
        if (batch.segment() != segment) {
            segment = batch.segment();
            taken.clear();
        }
        taken.headSet(batch.from()).clear();
    }

    private List<Sent> give(Batch batch) {
        if (producer.isEmpty()) {
            producer = Optional.of(client.get());
        }
        Producer<byte[], byte[]> now = producer.get();
        var given = new ArrayList<Sent>(batch.records().size());
        List<Long> offsets = batch.offsets();
        for (int i = 0; i < offsets.size(); i++) {
            long offset = offsets.get(i);
            if (taken.contains(offset)) {
                continue;
            }
            Future<RecordMetadata> fate =
                    now.send(record(batch.id(offset), Entry.of(batch.records().get(i))));
            given.add(new Sent(offset, fate));
            if (fate.state() == Future.State.FAILED && !(judge(fate.exceptionNow()) instanceof Answer.Refused)) {
                break; // nobody is there: each further record would wait as long as this one did
            }
        }
        now.flush();
        return given;
    }

    private ProducerRecord<byte[], byte[]> record(String id, Entry entry) {
        byte[] key = entry.key().map(Brokers::octets).orElse(null);
        return new ProducerRecord<>(
                topics.of(entry.kind()),
                null,
                entry.time().toEpochMilli(),
                key,
                entry.value(),
                List.of(new RecordHeader("id", octets(id))));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Taken if all were; a failure counts more than a refusal, which would give up a record. */
    private Answer answer(List<Sent> given) throws InterruptedException {
        Answer answer = new Answer.Taken();
        for (Sent sent : given) {
            try {
                sent.fate.get();
                taken.add(sent.offset);
            } catch (ExecutionException e) {
                if (!(answer instanceof Answer.Failed)) {
                    answer = judge(e.getCause());
                }
            }
        }
        return answer;
    }

    private static Answer judge(Throwable cause) {
        return cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException
                ? new Answer.Refused(false, reason(cause))
                : new Answer.Failed(reason(cause), Duration.ZERO);
    }

    /** The producer says "Failed to construct kafka producer", and why in what has caused it. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getClass() == KafkaException.class) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public String text(byte[] record) {
        return new String(Entry.of(record).value(), StandardCharsets.UTF_8);
    }

    /** At once: what the brokers have not confirmed is in the journal. */
    private void drop() {
        producer.ifPresent(now -> now.close(Duration.ZERO));
        producer = Optional.empty();
    }

    @Override
    public void close() {
        drop();
        Client.withdrawProviders();
    }
}
