package guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Content;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

// guide: transport
@Component
@Plugin("http-post")
@Named("http-post")
public final class HttpPost implements Transport {

    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) {
        return new Post();
    }

    @Deactivate
    void deactivate() {
        client.shutdownNow();
    }

    private final class Post implements Channel {

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            Content content = attempt.message().content();
            var request = HttpRequest.newBuilder(URI.create("http://" + attempt.destination() + "/mail"))
                    .timeout(Duration.ofMinutes(1))
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> open(content)))
                    .build();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                Reply reply = switch (status / 100) {
                    case 2 -> Reply.of(250, "2.0.0", "Posted");
                    case 4 -> Reply.of(550, "5.0.0", "HTTP " + status);
                    default -> Reply.of(451, "4.4.0", "HTTP " + status);
                };
                return attempt.recipients().stream()
                        .map(to -> Outcome.of(to, reply))
                        .toList();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e); // nothing is known: the queue tries again
            }
        }

        private static java.io.InputStream open(Content content) {
            try {
                return content.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public void close() {}
    }
}
// guide: end
