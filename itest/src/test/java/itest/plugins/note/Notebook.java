package itest.plugins.note;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.osgi.framework.BundleContext;

/** What one version of a plugin was told, written down when it goes. Thread-safe. */
public final class Notebook {

    private final Path folder;
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    public Notebook(BundleContext context) {
        folder = Path.of(context.getProperty("mta.data"), "var", "notes");
    }

    public void add(String line) {
        lines.add(line);
    }

    public void write() {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(UUID.randomUUID() + ".txt"), List.copyOf(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
