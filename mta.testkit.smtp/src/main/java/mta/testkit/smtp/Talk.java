package mta.testkit.smtp;

import java.util.ArrayList;
import java.util.List;

/** What the client has said in one connection. Thread-safe. */
public final class Talk {

    private final int number;
    private final List<String> commands = new ArrayList<>();
    private boolean over;

    Talk(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The command lines, without CRLF; what came instead of one is in angle brackets. */
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /** Whether the connection is closed. */
    public synchronized boolean over() {
        return over;
    }

    synchronized void add(String command) {
        commands.add(command);
    }

    synchronized void end() {
        over = true;
    }
}
