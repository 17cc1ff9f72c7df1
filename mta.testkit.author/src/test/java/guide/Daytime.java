package guide;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Component;

// guide: protocol
@Component
@Plugin("daytime")
@Named("daytime") // listener: {clock: {endpoint: "127.0.0.1:1300", protocol: daytime}}
public final class Daytime implements Protocol { // RFC 867

    @Override
    public void serve(Wire wire, Listener listener) throws IOException { // a virtual thread of its own; may block
        String line = Clock.systemUTC().instant() + "\r\n";
        wire.out().write(line.getBytes(StandardCharsets.US_ASCII));
    }
}
// guide: end
