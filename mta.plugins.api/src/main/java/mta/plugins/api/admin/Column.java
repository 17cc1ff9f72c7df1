package mta.plugins.api.admin;

/**
 * A column of a {@link Table}.
 *
 * @param name the heading on a terminal and the key in JSON: lower case, words joined by an underscore
 * @param kind what its cells are, hence how they are drawn
 */
public record Column(String name, Kind kind) {

    public enum Kind {
        /** Any text, left-aligned; the first to be cut when the terminal is narrow. */
        TEXT(false),
        /** Text to be read as a whole: wrapped where the terminal is narrow, never cut. */
        PROSE(false),
        /** A count or another number, right-aligned; a number in JSON. */
        NUMBER(true),
        /** A size in bytes, drawn with a unit (12.3 MiB); a plain number of bytes in JSON. */
        BYTES(true),
        /** An Instant, drawn in UTC to the second; ISO 8601 in JSON. */
        TIME(false),
        /** A Duration, drawn short (2h05m); a number of seconds in JSON. */
        DURATION(true);

        private final boolean rightAligned;

        Kind(boolean rightAligned) {
            this.rightAligned = rightAligned;
        }

        public boolean rightAligned() {
            return rightAligned;
        }
    }

    public Column {
        if (!name.matches("[a-z0-9][a-z0-9_.%]*")) {
            throw new IllegalArgumentException("column name '" + name + "': use lower case, digits and underscores");
        }
    }

    public static Column text(String name) {
        return new Column(name, Kind.TEXT);
    }

    public static Column prose(String name) {
        return new Column(name, Kind.PROSE);
    }

    public static Column number(String name) {
        return new Column(name, Kind.NUMBER);
    }

    public static Column bytes(String name) {
        return new Column(name, Kind.BYTES);
    }

    public static Column time(String name) {
        return new Column(name, Kind.TIME);
    }

    public static Column duration(String name) {
        return new Column(name, Kind.DURATION);
    }
}
