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

    /** Of a record, by where it begins: the same whenever it comes again, in whatever batch. */
    public String id(long offset) {
        return journal + "-" + segment + "-" + offset;
    }

    /** Where each record begins, in order. */
    public List<Long> offsets() {
        var offsets = new ArrayList<Long>(records.size());
        long offset = from;
        for (byte[] octets : records) {
            offsets.add(offset);
            offset += Journal.HEAD + octets.length;
        }
        return offsets;
    }
}
