package itest.plugins.haul;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Carries mail to a port of this machine in the plainest SMTP, with a mark of its own. */
@Component
@Plugin("haul")
@Named("haul")
public final class Haul implements Transport {

    private final int port;
    private final String version;

    @Activate
    public Haul(BundleContext context) {
        port = Integer.parseInt(context.getProperty("mta.test.port"));
        version = context.getBundle().getVersion().toString();
    }

    @Override
    public Resolution resolve(String destination) {
        return new Resolution.Site("sink", List.of(), Duration.ofHours(1));
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) throws IOException {
        try {
            return new Line(new Socket(InetAddress.getLoopbackAddress(), port), version);
        } catch (IOException e) {
            throw new ConnectException(Reply.of(451, "4.4.1", "the sink is away"), e);
        }
    }

    private static final class Line implements Channel {

        private final Socket socket;
        private final String version;
        private final InputStream in;
        private final OutputStream out;

        Line(Socket socket, String version) throws IOException {
            this.socket = socket;
            this.version = version;
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 15);
            reply();
            say("EHLO haul.example");
            reply();
        }

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            say("MAIL FROM:<haul@node.example>");
            reply();
            for (Recipient recipient : attempt.recipients()) {
                say("RCPT TO:<" + recipient.address() + ">");
                reply();
            }
            say("DATA");
            reply();
            say("X-Mark-Way: " + version);
            var content = new ByteArrayOutputStream();
            attempt.message().content().writeTo(content); // made by the test: no line begins with a dot
            content.writeTo(out);
            say(".");
            Reply last = Reply.parse(reply());
            var outcomes = new ArrayList<Outcome>();
            attempt.recipients().forEach(recipient -> outcomes.add(Outcome.of(recipient, last)));
            return outcomes;
        }

        private void say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        private String reply() throws IOException {
            out.flush();
            while (true) {
                var line = new StringBuilder();
                for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                    if (octet < 0) {
                        throw new IOException("the sink has gone");
                    }
                    line.append((char) octet);
                }
                if (line.length() < 4 || line.charAt(3) != '-') {
                    return line.toString().strip();
                }
            }
        }

        @Override
        public boolean reusable() {
            return true;
        }

        @Override
        public void close() {
            try (socket) {
                say("QUIT");
                reply();
            } catch (IOException e) {
                // it has gone already
            }
        }
    }
}
