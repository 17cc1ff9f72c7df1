package plugins.script.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;

/** A stream that a script reads piece by piece. For one thread. */
public final class InputView extends View {

    private final InputStream in;

    InputView(InputStream in) {
        super(in);
        this.in = in;
    }

    @HostAccess.Export
    @Override
    public String type() {
        return "InputStream";
    }

    /** The next octets, one character for each, at most so many; null at the end. */
    @HostAccess.Export
    public String read(int most) throws IOException {
        var octets = new byte[Math.clamp(most, 1, ContentView.MOST)];
        int count = in.read(octets);
        return count < 0 ? null : new String(octets, 0, count, StandardCharsets.ISO_8859_1);
    }

    @HostAccess.Export
    public void close() throws IOException {
        in.close();
    }
}
