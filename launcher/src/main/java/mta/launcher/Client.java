package mta.launcher;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends one command to a running node and prints its answer; the exit status is the command's. Its own small program
 * in a process of its own: {@code Client SOCKET WIDTH TERMINAL ARGUMENT...},
 * where TERMINAL is yes or no and WIDTH a number of columns, 0 if unknown.
 *
 * <p>The protocol is a row of netstrings ({@code 5:hello,}). Request: the options as {@code name=value}, an empty one,
 * the arguments, end of stream. Answer: netstrings whose first byte says what follows: {@code o} standard output,
 * {@code e} standard error, {@code p} progress, drawn over itself on a terminal, {@code s} the status, which is the last.
 * A client that goes away cancels what it started: the node notices at the next line of progress.
 */
public final class Client {

    /** The node is not there: EX_UNAVAILABLE of sysexits.h. */
    static final int UNAVAILABLE = 69;

    private static final int LONGEST_CHUNK = 1 << 20;

    private Client() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        String socket = arguments[0];
        try (SocketChannel node = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                node.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                System.err.println("mta: no node answers at " + socket + "; start one with ./mta run");
                return UNAVAILABLE;
            }
            send(node, arguments);
            return print(new BufferedInputStream(Channels.newInputStream(node), 1 << 16), arguments[2].equals("yes"));
        } catch (IOException e) {
            System.err.println("mta: the node went away: " + e.getMessage());
            return UNAVAILABLE;
        }
    }

    private static void send(SocketChannel node, String[] arguments) throws IOException {
        List<String> strings = new ArrayList<>();
        strings.add("width=" + arguments[1]);
        strings.add("terminal=" + arguments[2]);
        strings.add("");
        strings.addAll(Arrays.asList(arguments).subList(3, arguments.length));
        ByteBuffer bytes = ByteBuffer.wrap(request(strings.toArray(String[]::new)));
        while (bytes.hasRemaining()) {
            node.write(bytes);
        }
        node.shutdownOutput();
    }

    /** The strings as netstrings. */
    static byte[] request(String... strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : strings) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(bytes);
            out.write(',');
        }
        return out.toByteArray();
    }

    /** Prints what the node sends until its status comes. */
    static int print(InputStream in, boolean terminal) throws IOException {
        try (Pages pages = Pages.ofTheTerminal()) {
            return print(in, terminal, pages);
        }
    }

    private static int print(InputStream in, boolean terminal, Pages pages) throws IOException {
        for (; ; ) {
            byte[] chunk = in.readNBytes(length(in));
            if (in.read() != ',') {
                throw new EOFException("its answer broke off");
            }
            switch (chunk[0]) {
                case 'o' -> pages.write(chunk, 1, chunk.length - 1);
                case 'e' -> {
                    System.err.write(chunk, 1, chunk.length - 1);
                    System.err.flush();
                }
                case 'p' -> {
                    if (terminal) {
                        System.err.print("\r" + text(chunk) + "\033[K");
                    }
                }
                default -> {
                    return Integer.parseInt(text(chunk));
                }
            }
        }
    }

    private static String text(byte[] chunk) {
        return new String(chunk, 1, chunk.length - 1, StandardCharsets.UTF_8);
    }

    private static int length(InputStream in) throws IOException {
        int length = 0;
        for (; ; ) {
            int digit = in.read();
            if (digit == ':' && length > 0) {
                return length;
            }
            if (digit < '0' || digit > '9' || length > LONGEST_CHUNK) {
                throw new EOFException("its answer broke off");
            }
            length = length * 10 + digit - '0';
        }
    }
}
