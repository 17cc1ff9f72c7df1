package mta.testkit.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mta.plugins.api.smtp.Capabilities;

/** The lines of an answer to EHLO. For one thread. */
public final class TestCapabilities implements Capabilities {

    private final Edits edits;
    private final List<String> lines;

    /** @param session whose EHLO it answers */
    public TestCapabilities(TestSession session, String... lines) {
        this.edits = session.edits;
        this.lines = new ArrayList<>(List.of(lines));
    }

    @Override
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void announce(String line, String... parameters) {
        edits.edit("announce " + line, () -> {
            lines.removeIf(other -> keyword(other).equals(keyword(line)));
            lines.add(line);
        });
    }

    @Override
    public void withdraw(String keyword) {
        edits.edit(
                "withdraw " + keyword,
                () -> lines.removeIf(other -> keyword(other).equals(keyword(keyword))));
    }

    private static String keyword(String line) {
        return line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
    }
}
