package plugins.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client of the control socket asks for: options, an empty netstring, then the words of one command up to the
 * end of the stream; or, with the option {@code console=yes}, a terminal session whose input follows.
 *
 * @param words the verb and its arguments, empty for a session
 */
record Request(Map<String, String> options, List<String> words) {

    private static final int MOST_WORDS = 10_000;

    static Request read(InputStream in) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (String option = next(in); !option.isEmpty(); option = next(in)) {
            int equals = option.indexOf('=');
            if (equals < 0 || options.size() > 100) {
                throw new IOException("not an option: " + option);
            }
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        List<String> words = new ArrayList<>();
        if (!"yes".equals(options.get("console"))) {
            for (Optional<byte[]> word = Netstrings.read(in); word.isPresent(); word = Netstrings.read(in)) {
                words.add(new String(word.get(), StandardCharsets.UTF_8));
                if (words.size() > MOST_WORDS) {
                    throw new IOException("too many words");
                }
            }
        }
        return new Request(options, words);
    }

    private static String next(InputStream in) throws IOException {
        byte[] bytes = Netstrings.read(in).orElseThrow(() -> new IOException("the request broke off"));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean console() {
        return "yes".equals(options.get("console"));
    }

    boolean terminal() {
        return "yes".equals(options.get("terminal"));
    }

    int number(String option) {
        String value = options.getOrDefault(option, "");
        return value.matches("[0-9]{1,4}") ? Integer.parseInt(value) : 0;
    }
}
