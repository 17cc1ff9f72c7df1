package plugins.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A filter that says what the test wants, and keeps what it was told. Connections are served on threads of their own. */
final class ScriptedMilter implements AutoCloseable {

    /** Closes the connection instead of answering. */
    static final byte[] HANG_UP = "hang up".getBytes(ISO_8859_1);

    private final ServerSocket socket;
    private final Map<Character, List<byte[]>> answers = new HashMap<>();
    private final Map<Character, List<byte[]>> later = new HashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private byte[] negotiation = packet('O', numbers(6, 0x1ff, 0));
    private final AtomicInteger serving = new AtomicInteger();
    private int protocol;

    ScriptedMilter() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    open.add(client);
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    int port() {
        return socket.getLocalPort();
    }

    ScriptedMilter negotiates(int version, int actions, int flags, byte[]... more) {
        protocol = flags;
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(numbers(version, actions, flags));
        for (byte[] each : more) {
            payload.writeBytes(each);
        }
        negotiation = packet('O', payload.toByteArray());
        return this;
    }

    ScriptedMilter negotiatesWith(byte[] packet) {
        negotiation = packet;
        return this;
    }

    /** These packets, each time that the command comes; without a word about it: continue. */
    ScriptedMilter on(char command, byte[]... packets) {
        synchronized (answers) {
            answers.put(command, List.of(packets));
        }
        return this;
    }

    /** These packets from the second time on. */
    ScriptedMilter after(char command, byte[]... packets) {
        synchronized (answers) {
            later.put(command, List.of(packets));
        }
        return this;
    }

    /** What it was told since the last time: the command, then its texts; macros on a line of their own before it. */
    List<String> heard() {
        var all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    List<String> heardSoFar() {
        return List.copyOf(heard);
    }

    /** Without macros and negotiation. */
    List<String> commands() {
        return heard().stream()
                .filter(line -> !line.startsWith("D ") && !line.startsWith("O"))
                .toList();
    }

    /** Closes all connections, and waits until nobody reads from them any more. */
    void hangUp() {
        for (Socket each : open) {
            try {
                each.close();
            } catch (IOException e) {
                // gone
            }
        }
        open.clear();
        while (serving.get() > 0) {
            Thread.onSpinWait();
        }
    }

    static byte[] packet(char type, String octets) {
        return packet(type, octets.getBytes(ISO_8859_1));
    }

    static byte[] packet(char type, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .putInt(payload.length + 1)
                .put((byte) type)
                .put(payload)
                .array();
    }

    static byte[] packet(char type) {
        return packet(type, new byte[0]);
    }

    static byte[] packet(char type, int number, String octets) {
        byte[] text = octets.getBytes(ISO_8859_1);
        return packet(
                type,
                ByteBuffer.allocate(4 + text.length).putInt(number).put(text).array());
    }

    static byte[] numbers(int... numbers) {
        var buffer = ByteBuffer.allocate(4 * numbers.length);
        for (int number : numbers) {
            buffer.putInt(number);
        }
        return buffer.array();
    }

    private void serve(Socket client) {
        serving.incrementAndGet();
        try {
            listen(client);
        } finally {
            serving.decrementAndGet();
        }
    }

    private void listen(Socket client) {
        try (client) {
            var in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            while (true) {
                int length = in.readInt();
                char command = (char) in.readUnsignedByte();
                byte[] payload = in.readNBytes(length - 1);
                heard.add(shown(command, payload));
                if (command == 'Q') {
                    return;
                }
                for (byte[] answer : answers(command)) {
                    if (answer == HANG_UP) {
                        return;
                    }
                    out.write(answer);
                }
            }
        } catch (IOException e) {
            // it has gone
        }
    }

    private List<byte[]> answers(char command) {
        if (command == 'O') {
            return List.of(negotiation);
        }
        if (command == 'D' || command == 'A' || (protocol & Codes.unanswered(command)) != 0) {
            return List.of();
        }
        synchronized (answers) {
            List<byte[]> now = answers.getOrDefault(command, List.of(packet('c')));
            if (later.containsKey(command)) {
                answers.put(command, later.remove(command));
            }
            return now;
        }
    }

    private static String shown(char command, byte[] payload) {
        String text = new String(payload, ISO_8859_1);
        return switch (command) {
            case 'O' -> "O";
            case 'B' -> "B " + payload.length;
            case 'C' -> "C " + connection(payload);
            case 'D' -> "D " + text.charAt(0) + " " + pairs(text.substring(1));
            default -> (command + " " + String.join(" ", text.split("\0"))).stripTrailing();
        };
    }

    private static String connection(byte[] payload) {
        String text = new String(payload, ISO_8859_1);
        int end = text.indexOf('\0');
        char family = text.charAt(end + 1);
        if (family == 'U') {
            return text.substring(0, end) + " U";
        }
        int port = ByteBuffer.wrap(payload, end + 2, 2).getShort() & 0xffff;
        return text.substring(0, end) + " " + family + " " + port + " " + text.substring(end + 4, text.length() - 1);
    }

    private static String pairs(String text) {
        String[] parts = text.split("\0", -1);
        var all = new ArrayList<String>();
        for (int i = 0; i + 1 < parts.length; i += 2) {
            all.add(parts[i] + "=" + parts[i + 1]);
        }
        return String.join(" ", all);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        hangUp();
    }
}
