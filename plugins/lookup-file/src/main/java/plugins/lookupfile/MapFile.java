package plugins.lookupfile;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Question;

/** Reads a file as a whole: YAML and CSV by its name, else lines of key and value. */
final class MapFile {

    private static final long LARGEST = 256L << 20;

    private MapFile() {}

    static Map<String, Found> read(Path path, boolean fold, Optional<Question> blank) throws MapRefused {
        String file = path.toString();
        var entries = new Entries(file, fold, blank);
        try {
            if (Files.size(path) > LARGEST) {
                throw new MapRefused(file, 0, "larger than 256 MiB: a database is the better place");
            }
            String text = Files.readString(path);
            if (file.endsWith(".yaml") || file.endsWith(".yml")) {
                YamlMap.read(file, text, entries);
            } else if (file.endsWith(".csv")) {
                CsvMap.read(file, text, entries);
            } else {
                TextMap.read(file, text, entries);
            }
        } catch (NoSuchFileException e) {
            throw new MapRefused(file, 0, "is not there");
        } catch (CharacterCodingException e) {
            throw new MapRefused(file, 0, "is not UTF-8");
        } catch (IOException e) {
            throw new MapRefused(file, 0, "cannot be read: " + e.getMessage());
        }
        return entries.done();
    }
}
