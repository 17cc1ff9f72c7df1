package mta.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Standard output, by way of a pager once an answer is longer than the terminal: what comes in small pieces while a verb
 * still runs is shown at once. For one thread.
 */
final class Pages implements AutoCloseable {

    private final PrintStream plain;
    private final int lines;
    private final String pager;
    private Process running;

    /**
     * @param lines of the terminal; 0: it is none
     * @param pager a command for the shell; empty: none is there
     */
    Pages(PrintStream plain, int lines, String pager) {
        this.plain = plain;
        this.lines = lines;
        this.pager = pager;
    }

    /** As the script that starts the client says. */
    static Pages ofTheTerminal() {
        return new Pages(System.out, Integer.getInteger("mta.lines", 0), System.getProperty("mta.pager", ""));
    }

    void write(byte[] text, int offset, int length) throws IOException {
        if (running == null && lines > 0 && !pager.isEmpty() && lineFeeds(text) >= lines) {
            ProcessBuilder command = new ProcessBuilder("/bin/sh", "-c", pager)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            command.environment().putIfAbsent("LESS", "FRX");
            running = command.start();
        }
        if (running == null) {
            plain.write(text, offset, length);
            plain.flush();
            return;
        }
        OutputStream out = running.getOutputStream();
        try {
            out.write(text, offset, length);
            out.flush();
        } catch (IOException e) {
            // the reader has seen enough; the verb still tells its status
        }
    }

    private static int lineFeeds(byte[] text) {
        int count = 0;
        for (byte octet : text) {
            count += octet == '\n' ? 1 : 0;
        }
        return count;
    }

    /** Waits until the reader has left the pager. */
    @Override
    public void close() throws IOException {
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            // it has left already
        }
        try {
            running.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
