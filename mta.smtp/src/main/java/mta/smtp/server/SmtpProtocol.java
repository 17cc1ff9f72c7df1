package mta.smtp.server;

import java.io.IOException;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The protocol {@code smtp}. Thread-safe. */
@Component(service = Protocol.class)
@Plugin("smtp")
@Named("smtp")
public final class SmtpProtocol implements Protocol {

    private final SmtpServer server;

    @Activate
    public SmtpProtocol(@Reference SmtpWiring wiring) {
        server = new SmtpServer(SmtpServer.Flavour.SMTP, wiring.surroundings());
    }

    @Override
    public void serve(Wire wire, Listener listener) throws IOException {
        server.serve(wire, listener);
    }

    @Override
    public void refuse(Wire wire, Listener listener) throws IOException {
        server.refuse(wire, listener);
    }
}
