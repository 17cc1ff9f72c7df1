package plugins.logkafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints all records of a topic, in order for each partition: partition, key, id, time, value. A process of its own,
 * because the bundle has no consumer inside.
 */
final class Reader {

    private Reader() {}

    public static void main(String[] arguments) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", arguments[0], "group.protocol", "classic", "default.api.timeout.ms", 60_000);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(arguments[1]).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> System.out.println(record.partition() + " " + record.key() + " "
                                + new String(record.headers().lastHeader("id").value()) + " " + record.timestamp() + " "
                                + record.value()));
            }
        }
    }
}
