package mta.queue.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.mail.Content;

/** The first header fields of a message, for people. */
final class Headers {

    private static final int MOST_BYTES = 16 * 1024;
    private static final int MOST_LINES = 40;

    private Headers() {}

    static List<String> of(Content content) {
        String text;
        try (InputStream in = content.open()) {
            text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException | RuntimeException e) {
            return List.of("(cannot be read: " + e.getMessage() + ")");
        }
        List<String> fields = new ArrayList<>();
        for (String line : text.split("\r\n")) {
            if (line.isEmpty() || fields.size() == MOST_LINES) {
                break;
            }
            if ((line.startsWith(" ") || line.startsWith("\t")) && !fields.isEmpty()) {
                fields.add(fields.removeLast() + " " + line.strip());
            } else {
                fields.add(line);
            }
        }
        return fields;
    }
}
