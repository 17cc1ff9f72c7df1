package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The files in {@code dialogues/}, and those of Apache James where they are at hand. */
class DialogueTest {

    @TestFactory
    Stream<DynamicTest> own() throws Exception {
        URI folder = DialogueTest.class.getResource("/dialogues").toURI();
        List<Path> files = list(Path.of(folder), ".dialogue");
        assertFalse(files.isEmpty());
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(), () -> Dialogue.play(file, new TestServer())));
    }

    /** Takes mail for everybody. */
    private static final class Everybody implements Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            return Verdict.accept();
        }
    }

    /** Written for another server: its texts are not ours, so only the first digit of each reply is compared. */
    @TestFactory
    Stream<DynamicTest> james() throws IOException {
        Path folder = Shared.folder("vectors/smtp-dialogs-james");
        if (!Files.isDirectory(folder)) {
            return Stream.of(DynamicTest.dynamicTest("james", () -> assumeTrue(Shared.absent(folder), "absent")));
        }
        List<Path> files = list(folder, ".test");
        assertFalse(files.isEmpty());
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    var server = new TestServer().withTls().withAuth(false).plugin("everybody", new Everybody());
                    Path translated = Files.createTempFile("james", ".dialogue");
                    try {
                        Files.write(translated, translate(Files.readAllLines(file)));
                        Dialogue.play(translated, server);
                    } finally {
                        Files.delete(translated);
                    }
                }));
    }

    /** Each reply becomes one line that expects its class; continuation lines may be any number. */
    private static List<String> translate(List<String> script) {
        var out = new ArrayList<String>();
        var expected = new ArrayList<String>();
        for (String line : script) {
            if (line.startsWith("S:")) {
                expected.add(line.substring(2).strip());
                continue;
            }
            flush(expected, out);
            if (!line.isBlank()) {
                out.add(line);
            }
        }
        flush(expected, out);
        return out;
    }

    private static void flush(List<String> expected, List<String> out) {
        Dialogue.replyCodes(expected).forEach(code -> out.add("S: " + code.charAt(0) + "xx"));
        expected.clear();
    }

    private static List<Path> list(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
