package mta.bench.args;

/**
 * One option of a command.
 *
 * @param name    without the leading dashes
 * @param kind    how its value is read
 * @param initial the value when the option is not given, as it would be typed; empty for none
 * @param meaning one line for the help text
 */
public record Option(String name, Kind kind, String initial, String meaning) {

    /** How the value of an option is read, and how the help text names it. */
    public enum Kind {
        FLAG(""),
        TEXT("TEXT"),
        FILE("FILE"),
        ADDRESS("HOST:PORT"),
        COUNT("N"),
        SIZE("BYTES"),
        TIME("TIME"),
        FRACTION("0..1"),
        CHOICE("on|off");

        final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }
    }

    public static Option flag(String name, String meaning) {
        return new Option(name, Kind.FLAG, "", meaning);
    }

    public static Option of(String name, Kind kind, String initial, String meaning) {
        return new Option(name, kind, initial, meaning);
    }
}
