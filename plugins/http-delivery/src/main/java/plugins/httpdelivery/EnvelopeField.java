package plugins.httpdelivery;

import java.util.List;
import java.util.stream.Collectors;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.mail.Recipient;

/** The envelope as the value of a header field: JSON (RFC 8259), in ASCII alone, since fields take nothing else. */
final class EnvelopeField {

    private EnvelopeField() {}

    static String of(Attempt attempt, List<Recipient> recipients) {
        String to = recipients.stream()
                .map(recipient -> string(recipient.address().toString()))
                .collect(Collectors.joining(","));
        return "{\"id\":" + string(attempt.message().id()) + ",\"sender\":"
                + string(attempt.message().envelope().sender().address().toString()) + ",\"recipients\":[" + to
                + "],\"tenant\":" + string(attempt.tenant()) + ",\"campaign\":" + string(attempt.campaign())
                + ",\"attempt\":" + attempt.number() + "}";
    }

    private static String string(String value) {
        var out = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 127) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append('"').toString();
    }
}
