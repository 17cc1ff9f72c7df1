package plugins.lookuphttp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.lookup.Found;

/** JSON as rows: a text, an object of fields, or a list of either. {@code null}: not there. */
final class JsonAnswer {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private JsonAnswer() {}

    /** @throws IOException if it is no JSON, or none that could be an answer */
    static Optional<Found> read(byte[] body) throws IOException {
        try (JsonParser json = FACTORY.createParser(body)) {
            Optional<Found> found = value(json, json.nextToken());
            if (json.nextToken() != null) {
                throw new IOException("something follows the answer");
            }
            return found;
        }
    }

    private static Optional<Found> value(JsonParser json, JsonToken token) throws IOException {
        if (token == null) {
            throw new IOException("the answer is empty");
        }
        return switch (token) {
            case VALUE_NULL -> Optional.empty();
            case START_OBJECT -> Optional.of(Found.row(fields(json)));
            case START_ARRAY -> Optional.of(rows(json));
            default -> Optional.of(Found.text(scalar(json, token)));
        };
    }

    private static Found rows(JsonParser json) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            rows.add(token == JsonToken.START_OBJECT ? fields(json) : Map.of("", scalar(json, token)));
        }
        return new Found(rows);
    }

    /** A field that is null is not said; one that is a list is its texts with commas between them. */
    private static Map<String, String> fields(JsonParser json) throws IOException {
        var fields = new LinkedHashMap<String, String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                var texts = new ArrayList<String>();
                for (JsonToken each = json.nextToken(); each != JsonToken.END_ARRAY; each = json.nextToken()) {
                    texts.add(scalar(json, each));
                }
                fields.put(name, String.join(",", texts));
            } else if (token != JsonToken.VALUE_NULL) {
                fields.put(name, scalar(json, token));
            }
        }
        return fields;
    }

    private static String scalar(JsonParser json, JsonToken token) throws IOException {
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw new IOException("a text, number or flag is needed, not " + token);
        }
        return json.getText();
    }
}
