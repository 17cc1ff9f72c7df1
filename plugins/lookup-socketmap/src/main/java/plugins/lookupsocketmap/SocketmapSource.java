package plugins.lookupsocketmap;

import java.io.IOException;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Keys;
import mta.lookup.Question;
import mta.lookup.Source;

/**
 * One map of a server, as in Postfix's socketmap_table(5): {@code OK data}, {@code NOTFOUND}; {@code TEMP},
 * {@code TIMEOUT}, {@code PERM} and everything else: cannot tell. Thread-safe.
 */
final class SocketmapSource implements Source {

    private final MapServer server;
    private final String map;
    private final Keys keys;

    SocketmapSource(MapServer server, String map, Keys keys) {
        this.server = server;
        this.map = map;
        this.keys = keys;
    }

    @Override
    public Optional<Found> ask(Question question) throws IOException {
        for (String key : keys.of(question)) {
            String reply = server.ask(map, key);
            int space = reply.indexOf(' ');
            String word = space < 0 ? reply : reply.substring(0, space);
            switch (word) {
                case "OK" -> {
                    return Optional.of(Found.text(space < 0 ? "" : reply.substring(space + 1)));
                }
                case "NOTFOUND" -> {}
                default -> throw new IOException("the server says: " + reply);
            }
        }
        return Optional.empty();
    }
}
