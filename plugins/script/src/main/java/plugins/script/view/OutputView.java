package plugins.script.view;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;

/** A stream that a script writes to. For one thread. */
public final class OutputView extends View {

    private final OutputStream out;

    OutputView(OutputStream out) {
        super(out);
        this.out = out;
    }

    @HostAccess.Export
    @Override
    public String type() {
        return "OutputStream";
    }

    /** As UTF-8. */
    @HostAccess.Export
    public void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @HostAccess.Export
    public void close() throws IOException {
        out.close();
    }
}
