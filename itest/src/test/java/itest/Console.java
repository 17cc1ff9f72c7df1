package itest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a node's control socket as {@code ./mta} does, without a process for each question. For any thread. */
final class Console {

    private final Path socket;

    Console(NodeProcess node) {
        socket = node.data().resolve("var/mta.sock");
    }

    /** What was printed, and the status. */
    record Answer(String text, int status) {}

    Answer ask(String... words) throws IOException {
        return ask(0, words);
    }

    Answer ask(int width, String... words) throws IOException {
        try (SocketChannel node = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            node.connect(UnixDomainSocketAddress.of(socket));
            var request = new ByteArrayOutputStream();
            netstring(request, "width=" + width);
            netstring(request, "terminal=no");
            netstring(request, "");
            for (String word : words) {
                netstring(request, word);
            }
            ByteBuffer bytes = ByteBuffer.wrap(request.toByteArray());
            while (bytes.hasRemaining()) {
                node.write(bytes);
            }
            node.shutdownOutput();
            return read(new BufferedInputStream(Channels.newInputStream(node)));
        }
    }

    private static void netstring(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.write(',');
    }

    private static Answer read(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (true) {
            int length = 0;
            for (int digit = in.read(); digit != ':'; digit = in.read()) {
                if (digit < 0) {
                    throw new IOException("the answer broke off: " + text);
                }
                length = length * 10 + digit - '0';
            }
            String chunk = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            in.read();
            switch (chunk.charAt(0)) {
                case 'o', 'e' -> text.append(chunk, 1, chunk.length());
                case 's' -> {
                    return new Answer(text.toString(), Integer.parseInt(chunk.substring(1)));
                }
                default -> {} // progress
            }
        }
    }
}
