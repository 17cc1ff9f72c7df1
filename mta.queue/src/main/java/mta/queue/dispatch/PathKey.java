package mta.queue.dispatch;

/**
 * What makes a path.
 *
 * @param lane empty, or the scopes that give some of the site's mail limits of its own
 */
record PathKey(String transport, String site, String source, String lane) {

    @Override
    public String toString() {
        return transport + ":" + site + " via " + source + (lane.isEmpty() ? "" : " (" + lane + ")");
    }
}
