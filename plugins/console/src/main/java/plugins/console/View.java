package plugins.console;

import org.jline.terminal.Terminal;

/**
 * How an answer is to be drawn.
 *
 * @param terminal whether somebody looks at it: then it may use colour and groups digits
 * @param width columns of the terminal, 0 for as wide as it takes
 * @param json whether it is written as JSON instead
 */
record View(boolean terminal, int width, boolean json) {

    static final View PLAIN = new View(false, 0, false);

    static View of(Terminal terminal) {
        return new View(!terminal.getType().startsWith(Terminal.TYPE_DUMB), terminal.getWidth(), false);
    }

    View asJson() {
        return new View(terminal, width, true);
    }
}
