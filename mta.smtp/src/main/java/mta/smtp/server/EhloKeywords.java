package mta.smtp.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.smtp.Capabilities;

/** What the answer to EHLO announces. Used by the thread of the session. */
final class EhloKeywords {

    /** After HELO, and before anything. */
    static final EhloKeywords NONE = new EhloKeywords(List.of());

    private final List<String> lines;

    /** Parameters of MAIL and RCPT that plugins let through. */
    private final Set<String> parameters = new HashSet<>();

    EhloKeywords(List<String> lines) {
        this.lines = new ArrayList<>(lines);
    }

    List<String> lines() {
        return lines;
    }

    /** What MAIL and RCPT may carry with this. */
    EnvelopeArguments arguments(boolean authenticated) {
        var keywords = new HashSet<String>();
        lines.forEach(line -> keywords.add(keyword(line)));
        return new EnvelopeArguments(Set.copyOf(keywords), Set.copyOf(parameters), authenticated);
    }

    private void announce(String line, String... more) {
        lines.removeIf(old -> keyword(old).equals(keyword(line)));
        lines.add(line);
        for (String parameter : more) {
            parameters.add(parameter.toUpperCase(Locale.ROOT));
        }
    }

    private void withdraw(String keyword) {
        lines.removeIf(line -> keyword(line).equals(keyword.toUpperCase(Locale.ROOT)));
    }

    private static String keyword(String line) {
        int space = line.indexOf(' ');
        return (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
    }

    /** As the plugin of this call sees them. */
    Capabilities view(Call call) {
        return new Capabilities() {
            @Override
            public List<String> lines() {
                return List.copyOf(lines);
            }

            @Override
            public void announce(String line, String... more) {
                if (line.isEmpty() || !line.chars().allMatch(c -> c >= ' ' && c < 127)) {
                    throw new IllegalArgumentException("not a line of an answer to EHLO: " + line);
                }
                call.edit(() -> EhloKeywords.this.announce(line, more));
            }

            @Override
            public void withdraw(String keyword) {
                call.edit(() -> EhloKeywords.this.withdraw(keyword));
            }
        };
    }
}
