package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Our own sink as the server: what is left is the cost of the generator and the sink themselves. */
record OwnSink(SinkProcess process) implements Target {

    static OwnSink start() throws IOException, InterruptedException {
        return new OwnSink(SinkProcess.start());
    }

    @Override
    public String name() {
        return "own sink";
    }

    @Override
    public InetSocketAddress smtp() {
        return process.smtp();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
