package mta.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests that other projects' fuzzers keep, as they are and with CRLF: no exception, no hang, and replies that are
 * replies.
 */
class VectorsTest {

    private static final SmtpFuzzTest FUZZ = new SmtpFuzzTest();

    @TestFactory
    Stream<DynamicTest> wholeSessions() throws IOException {
        return each("vectors/fuzz-smtp", ".raw", octets -> {
            FUZZ.session(octets);
            FUZZ.commands(octets);
        });
    }

    @TestFactory
    Stream<DynamicTest> chasquid() throws IOException {
        return each("vectors/fuzz-smtp/chasquid", "", octets -> {
            byte[] input = goBytes(new String(octets, UTF_8));
            FUZZ.session(input);
            FUZZ.commands(input);
            FUZZ.paths(input);
            FUZZ.content(input);
            FUZZ.chunks(input);
            FUZZ.sasl(input);
        });
    }

    private interface Check {
        void of(byte[] octets) throws IOException;
    }

    private static Stream<DynamicTest> each(String name, String suffix, Check check) throws IOException {
        Path folder = Shared.folder(name);
        if (!Files.isDirectory(folder)) {
            return Stream.of(DynamicTest.dynamicTest(name, () -> assumeTrue(Shared.absent(folder), "absent")));
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
        assertFalse(files.isEmpty());
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        folder.relativize(file).toString(), () -> check.of(Files.readAllBytes(file))));
    }

    /** A corpus file of Go's fuzzer: the last line that is a byte or character string, without its escapes. */
    private static byte[] goBytes(String file) {
        String literal = file.lines()
                .filter(line -> line.startsWith("[]byte(") || line.startsWith("string("))
                .reduce((a, b) -> b)
                .orElse("");
        int from = literal.indexOf('"');
        int to = literal.lastIndexOf('"');
        return from < 0 ? literal.getBytes(UTF_8) : unescaped(literal.substring(from + 1, to));
    }

    private static byte[] unescaped(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                int point = text.codePointAt(i);
                i += Character.charCount(point) - 1;
                out.writeBytes(Character.toString(point).getBytes(UTF_8));
                continue;
            }
            i++;
            switch (text.charAt(i)) {
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'a' -> out.write(7);
                case 'b' -> out.write(8);
                case 'f' -> out.write(12);
                case 'v' -> out.write(11);
                case 'x' -> {
                    out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                    i += 2;
                }
                case 'u' -> {
                    out.writeBytes(Character.toString(Integer.parseInt(text, i + 1, i + 5, 16))
                            .getBytes(UTF_8));
                    i += 4;
                }
                default -> out.write(text.charAt(i));
            }
        }
        return out.toByteArray();
    }

    @TestFactory
    Stream<DynamicTest> theFullSessionIsTaken() throws IOException {
        return each("vectors/fuzz-smtp", "_full.raw", octets -> {
            var server = new TestServer().plugin("all", new mta.plugins.api.smtp.Reception() {
                @Override
                public mta.plugins.api.Verdict rcpt(
                        mta.plugins.api.smtp.Transaction transaction, mta.plugins.api.mail.Recipient recipient) {
                    return mta.plugins.api.Verdict.accept();
                }
            });
            String said = server.talk(octets);
            boolean crlf = new String(octets, UTF_8).contains("\r\n");
            assertEquals(crlf ? 1 : 0, server.intake.taken.size(), said);
            assertTrue(said.startsWith("220 "), said);
        });
    }
}
