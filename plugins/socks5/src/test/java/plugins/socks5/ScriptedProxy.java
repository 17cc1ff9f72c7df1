package plugins.socks5;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A SOCKS5 proxy for one connection after the other, that answers what the test says or does what it is asked. */
final class ScriptedProxy implements Closeable {

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<String> answers;

    /** What it was sent, in hex: greeting, authentication, request. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** @param answers in hex, one for each request; none: it lets everybody through */
    ScriptedProxy(String... answers) throws IOException {
        this.answers = List.of(answers);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            byte[] greeting = exactly(in, 2);
            byte[] methods = exactly(in, greeting[1]);
            requests.add(hex(greeting) + hex(methods));
            answer(out, 0, methods.length > 1 ? "0502" : "0500");
            int request = 1;
            if (methods.length > 1) {
                byte[] head = exactly(in, 2);
                byte[] user = exactly(in, head[1] & 0xff);
                byte[] password = exactly(in, in.read());
                requests.add(
                        new String(user, StandardCharsets.UTF_8) + "/" + new String(password, StandardCharsets.UTF_8));
                answer(out, request++, "0100");
            }
            byte[] head = exactly(in, 4);
            byte[] address = exactly(in, head[3] == 1 ? 4 : 16);
            int port = in.readUnsignedShort();
            requests.add(hex(head) + hex(address) + "%04x".formatted(port));
            if (request < answers.size()) {
                answer(out, request, "");
                in.read(); // until the client goes
                return;
            }
            try (var target = new Socket(InetAddress.getByAddress(address), port)) {
                out.write(HexFormat.of()
                        .parseHex("0500000309" + hex("localhost".getBytes(StandardCharsets.US_ASCII)) + "0000"));
                Thread back = Thread.ofVirtual().start(() -> copy(target, client));
                client.getInputStream().transferTo(target.getOutputStream());
                target.shutdownOutput();
                back.join();
            }
        } catch (IOException e) {
            // the client has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has gone
        }
    }

    private void answer(OutputStream out, int number, String usual) throws IOException {
        out.write(HexFormat.of().parseHex(number < answers.size() ? answers.get(number) : usual));
    }

    private static byte[] exactly(DataInputStream in, int count) throws IOException {
        byte[] octets = new byte[count];
        in.readFully(octets);
        return octets;
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
