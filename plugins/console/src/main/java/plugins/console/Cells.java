package plugins.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Table;

/** A cell's text for people. */
final class Cells {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Cells() {}

    static String text(Object cell, Column.Kind kind, View view) {
        if (Table.NONE.equals(cell)) {
            return "";
        }
        return switch (cell) {
            case Number number when kind == Column.Kind.BYTES -> bytes(number.doubleValue());
            case Number number -> number(number, view);
            case Instant instant -> TIME.format(instant);
            case Duration duration -> duration(duration);
            default -> harmless(cell.toString(), false);
        };
    }

    private static String number(Number number, View view) {
        if (number instanceof Double || number instanceof Float) {
            return String.format(Locale.ROOT, "%.3f", number.doubleValue()).replaceAll("\\.?0+$", "");
        }
        return view.terminal() ? String.format(Locale.ROOT, "%,d", number.longValue()) : number.toString();
    }

    static String bytes(double bytes) {
        int unit = 0;
        while (Math.abs(bytes) >= 1024 && unit < UNITS.length - 1) {
            bytes /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, UNITS[unit]);
    }

    /** Two units are enough: 3d04h, 2h05m, 3m20s, 1.5s, 850ms. */
    static String duration(Duration duration) {
        if (duration.isNegative()) {
            return "-" + duration(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (seconds >= 86_400) {
            return String.format("%dd%02dh", seconds / 86_400, seconds % 86_400 / 3600);
        }
        if (seconds >= 3600) {
            return String.format("%dh%02dm", seconds / 3600, seconds % 3600 / 60);
        }
        if (seconds >= 60) {
            return String.format("%dm%02ds", seconds / 60, seconds % 60);
        }
        if (seconds >= 1) {
            return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
        }
        return duration.toMillis() > 0 || duration.isZero()
                ? duration.toMillis() + "ms"
                : duration.toNanos() / 1000 + "us";
    }

    /**
     * Strangers choose addresses, greetings and replies: a control character in one of them must not reach the
     * operator's terminal, where it could rewrite the screen or type a command.
     */
    static String harmless(String text, boolean lines) {
        StringBuilder result = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isISOControl(c) || lines && (c == '\n' || c == '\t')) {
                if (result != null) {
                    result.append(c);
                }
                continue;
            }
            if (result == null) {
                result = new StringBuilder(text.substring(0, i));
            }
            result.append(String.format("\\x%02x", (int) c));
        }
        return result == null ? text : result.toString();
    }
}
