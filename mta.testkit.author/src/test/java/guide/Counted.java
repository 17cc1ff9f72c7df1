package guide;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.plugins.api.io.WrappedWire;
import org.osgi.service.component.annotations.Component;

// guide: io
@Component
@Plugin("counted")
@Named("counted") // listener: {mx: {endpoint: ":25", wrappers: [counted]}}
public final class Counted implements Io {

    final LongAdder octets = new LongAdder();

    @Override
    public Wire wrap(Wire wire, Endpoint endpoint, Side side) {
        return new Counting(wire, octets);
    }

    private record Counting(Wire wire, LongAdder octets) implements WrappedWire {

        @Override
        public InputStream in() throws IOException {
            return new FilterInputStream(wire.in()) {
                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    int got = super.read(into, from, length);
                    octets.add(Math.max(got, 0));
                    return got;
                }
            };
        }
    }
}
// guide: end
