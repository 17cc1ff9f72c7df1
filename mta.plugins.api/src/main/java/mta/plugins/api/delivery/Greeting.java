package mta.plugins.api.delivery;

import java.util.List;
import mta.plugins.api.Reply;

/**
 * What a server said of itself.
 *
 * @param banner the 220 reply
 * @param capabilities the lines of its answer to EHLO without the first
 */
public record Greeting(Reply banner, List<String> capabilities) {}
