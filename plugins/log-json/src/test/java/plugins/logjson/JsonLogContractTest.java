package plugins.logjson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import mta.plugins.api.log.RecordSink;
import mta.testkit.plugin.RecordSinkContract;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.io.TempDir;

class JsonLogContractTest extends RecordSinkContract {

    @TempDir
    private Path folder;

    private JsonLog log(String file) {
        return new JsonLog(Settings.of(JsonLog.Config.class, "file", file), Instant::now);
    }

    @Override
    protected RecordSink sink() {
        return log(folder.resolve("mail.json").toString());
    }

    @Override
    protected String arrived() throws IOException {
        Path file = folder.resolve("mail.json");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** A folder lies where the file should be. */
    @Override
    protected Optional<RecordSink> broken() throws IOException {
        return Optional.of(
                log(Files.createDirectories(folder.resolve("folder/mail.json")).toString()));
    }
}
