package plugins.logwebhook;

import java.util.List;

/**
 * Records that are sent together.
 *
 * @param segment number of the journal's file they are in
 * @param from where they begin in it
 * @param to where they end
 * @param id always the same for the same records: who has seen it has seen them
 */
record Batch(String id, long segment, long from, long to, List<byte[]> records) {}
