package mta.plugins.api.log;

/**
 * Which way an attempt went; empty strings where it did not get that far.
 *
 * @param peer {@code mx1.example.com[192.0.2.1]:25}
 */
public record Leg(
        String tenant, String campaign, String destination, String transport, String site, String source, String peer) {

    void describe(LogRecord.Fields out) {
        out.text("tenant", tenant);
        out.text("campaign", campaign);
        out.text("destination", destination);
        out.text("transport", transport);
        out.text("site", site);
        out.text("source", source);
        out.text("peer", peer);
    }
}
