package plugins.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import mta.plugins.api.delivery.Transport;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TransportContract;
import org.junit.jupiter.api.io.TempDir;

class FileContractTest extends TransportContract {

    @TempDir
    private Path directory;

    @Override
    protected Transport transport() {
        return new FileTransport(
                Settings.of(FileTransport.Config.class, "directory", directory.toString(), "sync", false));
    }

    @Override
    protected Optional<String> arrived() throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1)).append('\n');
            }
        }
        return Optional.of(text.toString());
    }
}
