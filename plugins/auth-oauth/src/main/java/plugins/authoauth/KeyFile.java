package plugins.authoauth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys in a file. Looked at again when it has changed, at most once a second, by whoever asks first; a file with a mistake
 * leaves the old keys in force. Thread-safe.
 */
final class KeyFile implements Keys {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Stamp(long time, long size, String key) {}

    private final Path file;
    private final int largest;
    private Optional<JWKSet> keys = Optional.empty();
    private Optional<Stamp> stamp = Optional.empty();
    private String trouble = "";
    private long looked;

    KeyFile(Path file, int largest) {
        this.file = file;
        this.largest = largest;
        look();
    }

    @Override
    public synchronized List<JWK> find(JWSHeader header) throws IOException {
        if (System.nanoTime() - looked > LOOK_NANOS) {
            look();
        }
        return Keys.select(keys.orElseThrow(() -> new IOException(trouble)), header);
    }

    private void look() {
        looked = System.nanoTime();
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var now = Optional.of(new Stamp(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    attributes.size(),
                    String.valueOf(attributes.fileKey())));
            if (now.equals(stamp)) {
                return;
            }
            stamp = now;
            if (attributes.size() > largest) {
                throw new IOException("larger than " + largest + " bytes");
            }
            keys = Optional.of(JWKSet.parse(Files.readString(file)));
            LOG.info("{}: {} keys", file, keys.get().size());
        } catch (IOException | ParseException | IllegalArgumentException e) {
            String now = "the keys in " + file + ": " + e;
            if (!now.equals(trouble)) {
                LOG.error("{}{}", now, keys.isPresent() ? "; the old ones stay" : "");
            }
            trouble = now;
        }
    }
}
