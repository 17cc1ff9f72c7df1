package mta.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/** One connection of a scripted peer, top to bottom on its virtual thread. */
final class Conversation {

    private final ScriptedServer server;
    private final Talk talk;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean tls;
    private boolean over;

    private String mail = "";
    private final List<String> rcpts = new ArrayList<>();
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

    Conversation(ScriptedServer server, Socket socket, Talk talk) throws IOException {
        this.server = server;
        this.talk = talk;
        socket.setTcpNoDelay(true);
        use(socket);
    }

    private void use(Socket now) throws IOException {
        socket = now;
        in = new BufferedInputStream(now.getInputStream());
        out = now.getOutputStream();
    }

    void run() throws IOException {
        if (server.tlsFromTheStart()) {
            handshake();
        }
        act("CONNECT", "220 scripted.example " + (server.isLmtp() ? "LMTP" : "ESMTP"));
        while (!over) {
            String line = line();
            if (line == null) {
                return;
            }
            talk.add(line);
            command(line);
        }
    }

    private void command(String line) throws IOException {
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO", "LHLO" -> {
                reset();
                act(line, verb.equals("LHLO") == server.isLmtp() ? greeting() : "500 5.5.1 other protocol");
            }
            case "HELO" -> {
                reset();
                act(line, "250 scripted.example");
            }
            case "MAIL" -> {
                if (act(line, "250 2.1.0 sender ok") == '2') {
                    reset();
                    mail = line;
                }
            }
            case "RCPT" -> {
                if (act(line, "250 2.1.5 recipient ok") == '2') {
                    rcpts.add(line);
                }
            }
            case "DATA" -> {
                if (act(line, rcpts.isEmpty() ? "554 5.5.1 no valid recipients" : "354 go on") == '3') {
                    byte[] content = content();
                    if (content != null) {
                        finish(content);
                    }
                }
            }
            case "BDAT" -> bdat(line);
            case "RSET" -> {
                reset();
                act(line, "250 2.0.0 reset");
            }
            case "STARTTLS" -> {
                if (act(line, server.offered().contains("STARTTLS") ? "220 go ahead" : "502 5.5.1 no") == '2' && !tls) {
                    handshake();
                }
            }
            case "AUTH" -> auth(line);
            case "QUIT" -> {
                act(line, "221 2.0.0 bye");
                over = true;
            }
            case "NOOP" -> act(line, "250 2.0.0 ok");
            default -> act(line, "500 5.5.1 unknown");
        }
    }

    private String greeting() {
        var lines = new ArrayList<String>();
        lines.add("scripted.example");
        server.offered().stream()
                .filter(line -> !(tls && line.equals("STARTTLS")))
                .forEach(lines::add);
        var text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append("250")
                    .append(i < lines.size() - 1 ? "-" : " ")
                    .append(lines.get(i))
                    .append('\n');
        }
        return text.toString().stripTrailing();
    }

    private void auth(String line) throws IOException {
        boolean initialResponse = line.split(" ").length > 2;
        char answer = act(line, initialResponse ? "235 2.7.0 ok" : "334 ");
        for (int steps = 0; answer == '3' && steps < 10; steps++) {
            String response = line();
            if (response == null) {
                over = true;
                return;
            }
            talk.add(response);
            boolean login = line.toUpperCase(Locale.ROOT).startsWith("AUTH LOGIN");
            answer = act("RESPONSE", login && steps == 0 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 ok");
        }
    }

    private void bdat(String line) throws IOException {
        String[] words = line.split(" ");
        byte[] chunk = in.readNBytes(Integer.parseInt(words[1]));
        boolean last = words.length > 2 && words[2].equalsIgnoreCase("LAST");
        chunks.write(chunk);
        if (!last) {
            act(line, "250 2.0.0 chunk");
        } else {
            finish(chunks.toByteArray());
        }
    }

    private void finish(byte[] content) throws IOException {
        var message = new Received(mail, rcpts, content, tls, talk.number());
        if (!server.isLmtp()) {
            String usual = rcpts.isEmpty() ? "554 5.5.1 no valid recipients" : "250 2.0.0 queued";
            Answer answer = server.answer("CONTENT", usual);
            if (accepts(answer)) {
                // Before it is said: a test that has seen the reply finds the message here.
                server.keep(message);
            }
            perform(answer);
            reset();
            return;
        }
        var taken = new ArrayList<String>();
        var answers = new ArrayList<Answer>();
        for (String rcpt : message.rcpts()) {
            String address = rcpt.substring(rcpt.indexOf('<'), rcpt.indexOf('>') + 1);
            Answer answer = server.answer("CONTENT FOR:" + address, "250 2.0.0 queued");
            answers.add(answer);
            if (accepts(answer)) {
                taken.add(rcpt);
            }
        }
        if (!taken.isEmpty()) {
            server.keep(new Received(mail, taken, content, tls, talk.number()));
        }
        for (Answer answer : answers) {
            perform(answer);
        }
        reset();
    }

    /** Whether the first thing that is said begins with a 2. */
    private static boolean accepts(Answer answer) {
        return switch (answer) {
            case Answer.Octets(byte[] octets) -> octets.length > 0 && octets[0] == '2';
            case Answer.All(var parts) ->
                parts.stream()
                        .filter(part -> !(part instanceof Answer.Pause))
                        .findFirst()
                        .filter(Conversation::accepts)
                        .isPresent();
            case Answer.Stall _, Answer.Drop _, Answer.Reset _, Answer.Pause _, Answer.StartTls _ -> false;
        };
    }

    private void reset() {
        mail = "";
        rcpts.clear();
        chunks.reset();
    }

    /** Does what the script says, and gives the first octet that was sent, or NUL. */
    private char act(String line, String usual) throws IOException {
        return perform(server.answer(line, usual));
    }

    private char perform(Answer answer) throws IOException {
        if (over) {
            return 0;
        }
        switch (answer) {
            case Answer.Octets(byte[] octets) -> {
                out.write(octets);
                out.flush();
                return octets.length == 0 ? 0 : (char) octets[0];
            }
            case Answer.Stall() -> {
                over = true;
                while (in.read() >= 0) {
                    // until the client has gone
                }
            }
            case Answer.Drop() -> drop();
            case Answer.Reset() -> {
                over = true;
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case Answer.Pause(var duration) -> {
                try {
                    Thread.sleep(duration);
                } catch (InterruptedException e) {
                    over = true;
                }
            }
            case Answer.StartTls() -> handshake();
            case Answer.All(var parts) -> {
                char first = 0;
                for (Answer part : parts) {
                    char sent = perform(part);
                    first = first == 0 ? sent : first;
                }
                return first;
            }
        }
        return 0;
    }

    /**
     * Says that nothing more will come, and takes what the client is still sending: closing a socket with unread input
     * makes a RST of it, which may overtake what was said before.
     */
    private void drop() throws IOException {
        over = true;
        socket.shutdownOutput();
        socket.setSoTimeout(5_000);
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            // the client has had its time
        }
    }

    private void handshake() throws IOException {
        var layered = (SSLSocket) server.tls()
                .getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), 0, true);
        layered.setUseClientMode(false);
        layered.startHandshake();
        tls = true;
        reset();
        use(layered);
    }

    /** A command line without its CRLF, or null at the end of the stream. */
    private String line() throws IOException {
        byte[] octets = rawLine();
        if (octets == null) {
            return null;
        }
        String text = new String(octets, StandardCharsets.UTF_8);
        return text.endsWith("\r\n") ? text.substring(0, text.length() - 2) : "<no CRLF> " + text;
    }

    /** The content up to the dot alone on its line, CRLF strict, dots taken off; null if the stream ended before. */
    private byte[] content() throws IOException {
        var content = new ByteArrayOutputStream();
        while (true) {
            byte[] line = rawLine();
            if (line == null || !endsInCrlf(line)) {
                talk.add("<connection lost within the content>");
                over = true;
                return null;
            }
            boolean dot = line[0] == '.';
            if (dot && line.length == 3) {
                return content.toByteArray();
            }
            content.write(line, dot ? 1 : 0, line.length - (dot ? 1 : 0));
        }
    }

    private static boolean endsInCrlf(byte[] line) {
        return line.length >= 2 && line[line.length - 2] == '\r' && line[line.length - 1] == '\n';
    }

    /** Octets up to and including CRLF, or what there is at the end of the stream; null if nothing is. */
    private byte[] rawLine() throws IOException {
        var line = new ByteArrayOutputStream();
        int previous = 0;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                return line.size() == 0 ? null : line.toByteArray();
            }
            line.write(octet);
            if (octet == '\n' && previous == '\r') {
                return line.toByteArray();
            }
            previous = octet;
        }
    }
}
