package plugins.lookupfile;

/** A file that cannot be taken over: where and why, for the person who wrote it. */
final class MapRefused extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param line 0 if it is not about a line */
    MapRefused(String file, long line, String reason) {
        super(file + (line > 0 ? ":" + line : "") + ": " + reason);
    }
}
