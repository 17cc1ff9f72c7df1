package mta.bench.text;

import java.io.PrintStream;

/**
 * Where a command prints: colour and a moving progress line on a terminal, plain lines elsewhere. Used by the main
 * thread only; a progress line goes to standard error so that standard output can be piped.
 */
public final class Screen {
    private static final int BAR = 28;
    private static final long LINE_EVERY_NANOS = 3_000_000_000L;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean moving;
    private final boolean colour;
    private long lastLine;
    private boolean open;

    public Screen(PrintStream out, PrintStream err, boolean moving, boolean colour) {
        this.out = out;
        this.err = err;
        this.moving = moving;
        this.colour = colour;
    }

    /** The process's own terminal. NO_COLOR (no-color.org) and TERM=dumb are obeyed. */
    public static Screen standard() {
        boolean terminal = System.console() != null && System.console().isTerminal();
        String term = System.getenv().getOrDefault("TERM", "dumb");
        boolean smart = terminal && !term.equals("dumb");
        return new Screen(
                System.out, System.err, smart, smart && !System.getenv().containsKey("NO_COLOR"));
    }

    public void print(String text) {
        clear();
        out.print(text.endsWith("\n") ? text : text + "\n");
        out.flush();
    }

    /** A remark that is not part of the result. */
    public void note(String text) {
        clear();
        err.println(text);
    }

    public void title(String text) {
        print(colour ? "\u001b[1m" + text + "\u001b[0m" : text);
    }

    public String good(String text) {
        return colour ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    public String bad(String text) {
        return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    public String faint(String text) {
        return colour ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /** How far something is, 0 to 1; a negative fraction means that the end is not known. */
    public void progress(String what, double fraction, String detail) {
        if (!moving) {
            long now = System.nanoTime();
            if (lastLine == 0) {
                lastLine = now;
            }
            if (now - lastLine >= LINE_EVERY_NANOS) {
                lastLine = now;
                err.println(what + " " + percent(fraction) + detail);
            }
            return;
        }
        int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * BAR);
        String bar = fraction < 0 ? "" : "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
        String line = what + " " + bar + percent(fraction) + detail;
        err.print("\r\u001b[K" + line.substring(0, Math.min(line.length(), 79)));
        err.flush();
        open = true;
    }

    /** Removes the progress line, so that the next print starts on a clean one. */
    public void clear() {
        lastLine = 0;
        if (open) {
            err.print("\r\u001b[K");
            err.flush();
            open = false;
        }
    }

    private static String percent(double fraction) {
        return fraction < 0 ? "" : String.format("%3.0f%% ", Math.clamp(fraction, 0, 1) * 100);
    }
}
