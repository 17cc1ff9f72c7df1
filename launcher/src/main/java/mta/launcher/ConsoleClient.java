package mta.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A console session on a running node: {@code ConsoleClient SOCKET TERM}, with the terminal already in raw mode. The
 * main thread prints what the node sends, two daemon threads send what is typed and how large the window is.
 */
public final class ConsoleClient {

    private final OutputStream node;

    private ConsoleClient(OutputStream node) {
        this.node = node;
    }

    public static void main(String[] arguments) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(arguments[0]));
            int[] size = windowSize();
            OutputStream out = Channels.newOutputStream(channel);
            out.write(
                    Client.request("console=yes", "term=" + arguments[1], "width=" + size[0], "height=" + size[1], ""));
            ConsoleClient client = new ConsoleClient(out);
            Thread.ofPlatform().daemon().name("keys").start(client::sendKeys);
            Thread.ofPlatform().daemon().name("window").start(() -> client.sendSizes(size));
            System.exit(Client.print(new BufferedInputStream(Channels.newInputStream(channel)), true));
        } catch (IOException e) {
            System.err.print("\r\nmta: the node went away\r\n");
            System.exit(Client.UNAVAILABLE);
        }
    }

    private void sendKeys() {
        byte[] keys = new byte[4096];
        try {
            for (int n = System.in.read(keys); n >= 0; n = System.in.read(keys)) {
                send('i', keys, n);
            }
        } catch (IOException e) {
            // the main thread notices as well, and says so
        }
    }

    /** Java has no supported way to hear of SIGWINCH: asks once in a while. */
    private void sendSizes(int[] first) {
        int[] before = first;
        try {
            for (; ; ) {
                Thread.sleep(1000);
                int[] now = windowSize();
                if (now[0] != before[0] || now[1] != before[1]) {
                    byte[] text = (now[0] + " " + now[1]).getBytes(StandardCharsets.US_ASCII);
                    send('w', text, text.length);
                    before = now;
                }
            }
        } catch (IOException | InterruptedException e) {
            // as above
        }
    }

    private synchronized void send(char kind, byte[] bytes, int length) throws IOException {
        byte[] head = ((length + 1) + ":" + kind).getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[head.length + length + 1];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(bytes, 0, frame, head.length, length);
        frame[frame.length - 1] = ',';
        node.write(frame);
    }

    /** Columns and lines, as stty says them. */
    private static int[] windowSize() throws IOException {
        Process stty = new ProcessBuilder("stty", "size")
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = stty.getInputStream()) {
            String[] numbers = new String(out.readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            return numbers.length == 2
                    ? new int[] {Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0])}
                    : new int[] {80, 24};
        }
    }
}
