package plugins.script.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import mta.plugins.api.mail.Content;
import org.graalvm.polyglot.HostAccess;

/** A message's octets. What is read at once is bounded: a script's memory is the node's. */
public final class ContentView extends View {

    static final int MOST = 8 << 20;

    private final Content content;

    ContentView(Content content) {
        super(content);
        this.content = content;
    }

    @HostAccess.Export
    @Override
    public String type() {
        return "Content";
    }

    @HostAccess.Export
    public long size() {
        return content.size();
    }

    /** All of it as text, one character per octet where it is not UTF-8; at most 8 MiB. */
    @HostAccess.Export
    public String text() throws IOException {
        return text(MOST);
    }

    /** The first octets, as UTF-8. */
    @HostAccess.Export
    public String text(int most) throws IOException {
        return new String(first(most), StandardCharsets.UTF_8);
    }

    /** The first octets, one character for each. */
    @HostAccess.Export
    public String latin1(int most) throws IOException {
        return new String(first(most), StandardCharsets.ISO_8859_1);
    }

    @HostAccess.Export
    public InputView open() throws IOException {
        return new InputView(content.open());
    }

    private byte[] first(int most) throws IOException {
        try (InputStream in = content.open()) {
            return in.readNBytes(Math.clamp(most, 0, MOST));
        }
    }
}
