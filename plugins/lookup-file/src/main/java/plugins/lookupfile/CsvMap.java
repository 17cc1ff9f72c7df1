package plugins.lookupfile;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import mta.lookup.Found;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * RFC 4180 with a first line of names: the first column is the key, the others are fields; a field without a text is
 * not there. With one other column its text is the value, whatever its name.
 */
final class CsvMap {

    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setCommentMarker('#')
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();

    private CsvMap() {}

    static void read(String file, String text, Entries entries) throws MapRefused, IOException {
        try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
            for (CSVRecord record : parser) {
                long line = parser.getCurrentLineNumber();
                if (!record.isConsistent()) {
                    throw new MapRefused(
                            file,
                            line,
                            "has " + record.size() + " columns, the first line "
                                    + parser.getHeaderNames().size());
                }
                entries.put(record.get(0), found(record, parser), line);
            }
        } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            throw new MapRefused(file, 0, "not CSV: " + e.getMessage());
        }
    }

    private static Found found(CSVRecord record, CSVParser parser) {
        if (record.size() <= 2) {
            return Found.text(record.size() < 2 ? "" : record.get(1));
        }
        var fields = new LinkedHashMap<String, String>();
        for (int i = 1; i < record.size(); i++) {
            if (!record.get(i).isEmpty()) {
                fields.put(parser.getHeaderNames().get(i), record.get(i));
            }
        }
        return Found.row(fields);
    }
}
