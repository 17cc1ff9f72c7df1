package plugins.milter;

import java.util.List;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;

/**
 * Where the node's own Received field is. Filters are not shown it, as Sendmail and Postfix do it, and they count the fields
 * of that name without it; but they count it where they insert a field at an index.
 *
 * @param at its index among all fields; -1: there is none
 * @param above how many fields of that name stand above it
 */
record OwnTrace(int at, int above) {

    static OwnTrace of(Message message) {
        List<Header> fields = message.headers().all();
        int received = 0;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).is("Received")) {
                if (fields.get(i).raw().contains(" id " + message.id())) {
                    return new OwnTrace(i, received);
                }
                received++;
            }
        }
        return new OwnTrace(-1, 0);
    }

    /** The n-th field of that name as the filter counts, as the message counts. */
    int skipped(String name, int n) {
        return at >= 0 && name.equalsIgnoreCase("Received") && n >= above ? n + 1 : n;
    }
}
