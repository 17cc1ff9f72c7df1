package mta.bench.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that takes mail and passes it on before its 250, one virtual thread per connection; slow, simple, and able to
 * break its promises.
 */
public final class FakeRelay implements Target {
    private final ServerSocket server;
    private final Target.Route route;
    private final int loseEvery;
    private final int doubleEvery;
    private final AtomicLong messages = new AtomicLong();

    public FakeRelay(int port, Target.Route route, int loseEvery, int doubleEvery) throws IOException {
        this.server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        this.route = route;
        this.loseEvery = loseEvery;
        this.doubleEvery = doubleEvery;
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = reader(socket);
                var out = new PrintStream(socket.getOutputStream(), true)) {
            say(out, "220 fake");
            String sender = "";
            List<String> recipients = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.substring(0, 4)) {
                    case "MAIL" -> {
                        sender = line;
                        recipients.clear();
                        say(out, "250 Ok");
                    }
                    case "RCPT" -> {
                        recipients.add(line);
                        say(out, "250 Ok");
                    }
                    case "DATA" -> {
                        say(out, "354 Go on");
                        pass(sender, recipients, content(in));
                        say(out, "250 Ok: queued as 01JD3W8Q0B2KM");
                    }
                    case "QUIT" -> {
                        say(out, "221 Bye");
                        return;
                    }
                    default -> say(out, "250 Ok");
                }
            }
        } catch (IOException e) {
            // the client left
        }
    }

    private static List<String> content(BufferedReader in) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = in.readLine(); !line.equals("."); line = in.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private void pass(String sender, List<String> recipients, List<String> content) throws IOException {
        long number = messages.incrementAndGet();
        if (!(route instanceof Target.To(InetSocketAddress to)) || loseEvery > 0 && number % loseEvery == 0) {
            return;
        }
        int copies = doubleEvery > 0 && number % doubleEvery == 0 ? 2 : 1;
        try (var socket = new Socket(to.getAddress(), to.getPort());
                var in = reader(socket);
                var out = new PrintStream(socket.getOutputStream(), true)) {
            in.readLine();
            for (int copy = 0; copy < copies; copy++) {
                talk(in, out, sender);
                for (String recipient : recipients) {
                    talk(in, out, recipient);
                }
                talk(in, out, "DATA");
                talk(in, out, "Received: by fake\r\n" + String.join("\r\n", content) + "\r\n.");
            }
            talk(in, out, "QUIT");
        } catch (IOException e) {
            // nobody there: this relay forgets
        }
    }

    private static void talk(BufferedReader in, PrintStream out, String line) throws IOException {
        say(out, line);
        in.readLine();
    }

    private static void say(PrintStream out, String line) {
        out.print(line + "\r\n");
        out.flush();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public InetSocketAddress smtp() {
        return new InetSocketAddress("127.0.0.1", server.getLocalPort());
    }

    @Override
    public long pid() {
        return 0;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
