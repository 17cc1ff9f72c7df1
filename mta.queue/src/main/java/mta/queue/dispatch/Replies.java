package mta.queue.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.plugins.api.Reply;

/** The last different replies of a place, with counts; the oldest goes when there are too many. Thread-safe. */
final class Replies {

    private static final int MOST = 6;

    /** @param last when it was last seen */
    record Heard(String reply, long count, Instant last) {}

    private final Map<String, Heard> heard = new LinkedHashMap<>();

    synchronized void add(Reply reply, Instant now) {
        String text = reply.toString();
        String shown = text.length() > 200 ? text.substring(0, 200) : text;
        Heard before = heard.remove(shown);
        heard.put(shown, new Heard(shown, before == null ? 1 : before.count() + 1, now));
        if (heard.size() > MOST) {
            heard.remove(heard.keySet().iterator().next());
        }
    }

    /** The latest first. */
    synchronized List<Heard> all() {
        return new ArrayList<>(heard.values()).reversed();
    }
}
