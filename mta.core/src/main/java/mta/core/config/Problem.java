package mta.core.config;

/**
 * What is wrong with a configuration.
 *
 * @param file name of the file
 * @param line from 1; 0 where it is the file as a whole
 * @param key the place within, such as {@code listener.mx.endpoint}; may be empty
 */
public record Problem(String file, int line, String key, String text) implements Comparable<Problem> {

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + text;
    }

    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        return byFile != 0 ? byFile : Integer.compare(line, other.line);
    }
}
