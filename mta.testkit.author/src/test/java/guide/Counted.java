package guide;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Component;

// guide: io
@Component
@Plugin("counted")
@Named("counted") // listener: {mx: {endpoint: ":25", wrappers: [counted]}}
public final class Counted implements Io {

    final LongAdder octets = new LongAdder();

    @Override
    public Wire wrap(Wire wire, Endpoint endpoint, Side side) {
        return new Counting(wire);
    }

    private final class Counting implements Wire {

        private final Wire inner;

        Counting(Wire inner) {
            this.inner = inner;
        }

        @Override
        public InputStream in() throws IOException {
            return new FilterInputStream(inner.in()) {
                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    int got = super.read(into, from, length);
                    octets.add(Math.max(got, 0));
                    return got;
                }
            };
        }

        @Override
        public OutputStream out() throws IOException {
            return inner.out();
        }

        @Override
        public InetSocketAddress local() {
            return inner.local();
        }

        @Override
        public InetSocketAddress remote() {
            return inner.remote();
        }

        @Override
        public void readTimeout(Duration timeout) throws IOException {
            inner.readTimeout(timeout);
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
// guide: end
