package mta.bench.hooks;

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

/** One command to a running node as {@code ./mta} sends it, without a process for each. */
public final class ControlSocket {

    private ControlSocket() {}

    /** @return what it answered @throws IOException also if the command failed */
    public static String ask(Path socket, String... words) throws IOException {
        try (SocketChannel node = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            node.connect(UnixDomainSocketAddress.of(socket));
            var request = new ByteArrayOutputStream();
            netstring(request, "width=0");
            netstring(request, "terminal=no");
            netstring(request, "");
            for (String word : words) {
                netstring(request, word);
            }
            var bytes = ByteBuffer.wrap(request.toByteArray());
            while (bytes.hasRemaining()) {
                node.write(bytes);
            }
            node.shutdownOutput();
            return answer(new BufferedInputStream(Channels.newInputStream(node)));
        }
    }

    private static void netstring(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.write(',');
    }

    private static String answer(InputStream in) throws IOException {
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
            if (chunk.charAt(0) == 's') {
                if (!chunk.equals("s0")) {
                    throw new IOException(text.toString());
                }
                return text.toString();
            }
            if (chunk.charAt(0) != 'p') {
                text.append(chunk, 1, chunk.length());
            }
        }
    }
}
