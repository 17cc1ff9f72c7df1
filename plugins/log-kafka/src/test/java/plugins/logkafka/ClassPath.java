package plugins.logkafka;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the classes of this test come from: the property names only the jar of whoever runs the tests. */
final class ClassPath {

    private ClassPath() {}

    static String ofTheTest() {
        return Stream.of(
                        ClassPath.class,
                        KafkaLog.class,
                        org.apache.kafka.clients.producer.Producer.class,
                        mta.journal.Journal.class,
                        mta.core.hooks.HookRunner.class,
                        mta.plugins.api.log.LogRecord.class,
                        mta.testkit.plugin.Settings.class,
                        org.slf4j.Logger.class)
                .map(ClassPath::of)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    static String of(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }
}
