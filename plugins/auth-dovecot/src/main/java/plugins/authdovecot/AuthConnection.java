package plugins.authdovecot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.io.Wire;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.plugins.api.smtp.Session;

/**
 * A connection to the service, for one exchange: lines of words with tabs between. One each, rather than one for all with
 * numbers to tell the exchanges apart: a slow answer (Dovecot delays failures) then holds up nobody else, and nothing has to
 * be remembered about a connection that broke. Used by one thread.
 */
final class AuthConnection implements AutoCloseable {

    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_LINES = 200;

    /** The service wants another number from each client that is connected. */
    private static final AtomicInteger CLIENTS =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1, 1 << 30));

    private static final String REQUEST = "1";

    private final Wire wire;
    private final InputStream in;
    private final Duration timeout;
    private final List<Mechanism> mechanisms = new ArrayList<>();
    private boolean begun;

    private AuthConnection(Wire wire, Duration timeout) throws IOException {
        this.wire = wire;
        this.timeout = timeout;
        in = new BufferedInputStream(wire.in(), 4096);
        wire.readTimeout(timeout);
    }

    /** Shakes hands. */
    static AuthConnection open(Dialler dialler, Duration timeout) throws IOException {
        var connection = new AuthConnection(dialler.dial(), timeout);
        try {
            connection.write("VERSION\t1\t0\nCPID\t" + (CLIENTS.getAndIncrement() & 0x7fffffff) + "\n");
            connection.readHandshake();
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private void readHandshake() throws IOException {
        boolean version = false;
        for (int lines = 0; lines < MAX_LINES; lines++) {
            List<String> words = line();
            switch (words.getFirst()) {
                case "VERSION" -> {
                    if (words.size() < 2 || !words.get(1).equals("1")) {
                        throw new IOException("it speaks another version of the protocol: " + words);
                    }
                    version = true;
                }
                case "MECH" -> {
                    if (words.size() > 1 && words.get(1).matches("[A-Za-z0-9_-]{1,20}")) {
                        mechanisms.add(Mechanism.of(words.subList(1, words.size())));
                    }
                }
                case "DONE" -> {
                    if (!version || mechanisms.isEmpty()) {
                        // The socket for auth masters says no MECH.
                        throw new IOException("this is not Dovecot's socket for authentication clients");
                    }
                    return;
                }
                default -> {} // SPID, CUID, COOKIE and whatever may come
            }
        }
        throw new IOException("its handshake does not end");
    }

    List<Mechanism> mechanisms() {
        return List.copyOf(mechanisms);
    }

    /** @param response of the client; with the first one none may have come */
    Step step(Mechanism mechanism, Session session, byte[] response, boolean initial) throws IOException {
        if (begun) {
            write("CONT\t" + REQUEST + "\t" + Base64.getEncoder().encodeToString(response) + "\n");
        } else {
            begun = true;
            write(request(
                    mechanism, session, initial && response.length == 0 ? Optional.empty() : Optional.of(response)));
        }
        return answer();
    }

    private static String request(Mechanism mechanism, Session session, Optional<byte[]> response) {
        var line = new StringBuilder("AUTH\t" + REQUEST + "\t" + mechanism.name() + "\tservice=smtp\tnologin");
        address(line, "lip", "lport", session.local());
        address(line, "rip", "rport", session.remote());
        session.tls().ifPresent(tls -> {
            line.append("\tsecured=tls");
            if (tls.verified() && tls.peer().isPresent()) {
                line.append("\tvalid-client-cert");
            }
        });
        // It has to be the last word.
        response.ifPresent(
                octets -> line.append("\tresp=").append(Base64.getEncoder().encodeToString(octets)));
        return line.append('\n').toString();
    }

    private static void address(StringBuilder line, String name, String port, InetSocketAddress socket) {
        if (socket.getAddress() != null) {
            String address = socket.getAddress().getHostAddress();
            int zone = address.indexOf('%');
            line.append('\t').append(name).append('=').append(zone < 0 ? address : address.substring(0, zone));
            line.append('\t').append(port).append('=').append(socket.getPort());
        }
    }

    private Step answer() throws IOException {
        for (int lines = 0; lines < MAX_LINES; lines++) {
            List<String> words = line();
            boolean mine = words.size() > 1 && words.get(1).equals(REQUEST);
            if (!mine) {
                continue; // MECH and the like come again when its settings change
            }
            Map<String, String> fields = fields(words.subList(2, words.size()));
            switch (words.getFirst()) {
                case "OK" -> {
                    String user = fields.getOrDefault("user", "");
                    if (user.isEmpty()) {
                        throw new IOException("it says OK without a user");
                    }
                    return new Step.Success(user);
                }
                case "CONT" -> {
                    return new Step.Challenge(decoded(words.size() > 2 ? words.get(2) : ""));
                }
                case "FAIL" -> {
                    if (fields.containsKey("temp") || "temp_fail".equals(fields.get("code"))) {
                        throw new IOException("it has a temporary failure: " + fields.getOrDefault("reason", ""));
                    }
                    return new Step.Failure(fields.getOrDefault("user", ""));
                }
                default -> throw new IOException("it says what the protocol does not know: " + words.getFirst());
            }
        }
        throw new IOException("it does not answer but talks");
    }

    private static byte[] decoded(String base64) throws IOException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("its challenge is not base64", e);
        }
    }

    private static Map<String, String> fields(List<String> words) {
        var fields = new LinkedHashMap<String, String>();
        for (String word : words) {
            int equals = word.indexOf('=');
            fields.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return fields;
    }

    private void write(String text) throws IOException {
        wire.out().write(text.getBytes(UTF_8));
    }

    private List<String> line() throws IOException {
        var line = new ByteArrayOutputStream();
        try {
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("it closed the connection");
                }
                if (line.size() > MAX_LINE) {
                    throw new IOException("its line does not end");
                }
                line.write(octet);
            }
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        }
        var words = new ArrayList<String>();
        for (String word : line.toString(UTF_8).split("\t", -1)) {
            words.add(unescaped(word));
        }
        return words;
    }

    /** 001 begins an escape: 0 NUL, 1 itself, t tab, r CR, n LF. */
    private static String unescaped(String word) {
        if (word.indexOf('\u0001') < 0) {
            return word;
        }
        var out = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c != '\u0001' || i + 1 == word.length()) {
                out.append(c);
                continue;
            }
            i++;
            out.append(
                    switch (word.charAt(i)) {
                        case '0' -> '\0';
                        case '1' -> '\u0001';
                        case 't' -> '\t';
                        case 'r' -> '\r';
                        case 'n' -> '\n';
                        default -> word.charAt(i);
                    });
        }
        return out.toString();
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException e) {
            // It is gone one way or the other.
        }
    }
}
