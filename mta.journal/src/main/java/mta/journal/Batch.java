package mta.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Records that are sent together.
 *
 * @param journal its name
 * @param segment number of the journal's file they are in
 * @param from where they begin in it
 * @param to where they end
 */
public record Batch(String journal, long segment, long from, long to, List<byte[]> records) {

    /** Always the same for the same records: who has seen it has seen them. */
    public String id() {
        return journal + "-" + segment + "-" + from + "-" + to;
    }

    /** Of each record, in order: the same whenever it comes again, in whatever batch. */
    public List<String> ids() {
        var ids = new ArrayList<String>(records.size());
        long offset = from;
        for (byte[] octets : records) {
            ids.add(journal + "-" + segment + "-" + offset);
            offset += Journal.HEAD + octets.length;
        }
        return ids;
    }
}
