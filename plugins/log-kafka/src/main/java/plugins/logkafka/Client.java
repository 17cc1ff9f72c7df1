package plugins.logkafka;

import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.security.scram.internals.ScramSaslClientProvider;

/** Kafka's producer inside a bundle: it finds its classes through the thread, and leaves SASL providers in the JVM. */
final class Client {

    private Client() {}

    /** On the thread that will use it; the threads that the producer starts get its class loader from here, too. */
    static Producer<byte[], byte[]> open(Map<String, Object> settings) {
        return within(() -> {
            provideScram();
            return new KafkaProducer<>(settings);
        });
    }

    /**
     * Finds what Kafka would not accept, without a connection.
     *
     * @throws org.apache.kafka.common.config.ConfigException saying what
     */
    static void check(Map<String, Object> settings) {
        within(() -> new ProducerConfig(settings));
    }

    private static <T> T within(Callable<T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(KafkaProducer.class.getClassLoader());
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Another version of this bundle may have left one, whose classes are not ours: SCRAM would fail with it. */
    private static void provideScram() {
        for (Provider other : Security.getProviders()) {
            if (other.getClass().getName().equals(ScramSaslClientProvider.class.getName())
                    && other.getClass() != ScramSaslClientProvider.class) {
                Security.removeProvider(other.getName());
            }
        }
        ScramSaslClientProvider.initialize();
    }

    /** Else the JVM would keep the classes of a bundle that has gone. */
    static void withdrawProviders() {
        ClassLoader ours = KafkaProducer.class.getClassLoader();
        for (Provider provider : Security.getProviders()) {
            if (provider.getClass().getClassLoader() == ours) {
                Security.removeProvider(provider.getName());
            }
        }
    }
}
