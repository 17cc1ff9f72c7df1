package plugins.authfile;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Makes lines for the file without a node: {@code java -cp plugins.auth-file.jar plugins.authfile.Hash NAME [FILE]}.
 * The password comes from the terminal, or from standard input; never from the command line, where others could see
 * it.
 */
public final class Hash {

    private static final String LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private Hash() {}

    public static void main(String[] words) throws IOException {
        Optional<String> name = words.length == 1 || words.length == 2
                ? Prepared.of(words[0]).filter(text -> text.indexOf(':') < 0 && !text.startsWith("#"))
                : Optional.empty();
        if (name.isEmpty()) {
            System.err.println("usage: Hash NAME [FILE]   the password is read from the terminal or standard input");
            System.exit(64);
        }
        Console console = System.console();
        Optional<String> password = console != null && console.isTerminal()
                ? Optional.ofNullable(console.readPassword("Password: "))
                        .map(String::new)
                        .flatMap(Prepared::of)
                : read(System.in);
        if (password.isEmpty()) {
            System.err.println("no password was given, or one with control characters");
            System.exit(1);
        }
        String hash = PasswordHash.make(password.get(), PasswordHash.DEFAULT_ITERATIONS);
        if (words.length == 1) {
            System.out.println(name.get() + ":" + hash);
        } else {
            Entries.put(Path.of(words[1]), name.get(), hash);
        }
    }

    /** One line; not a byte beyond it is taken. */
    static Optional<String> read(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n' && c != '\r' && line.size() < 1024; c = in.read()) {
            line.write(c);
        }
        return Prepared.of(line.toString(StandardCharsets.UTF_8));
    }

    /** Twenty letters without those that look alike: 116 bits. */
    static String generate() {
        var random = new SecureRandom();
        var out = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            out.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return out.toString();
    }
}
