/** Limits on how much mail comes in, per client, user, sender, recipient or crossings of them. Keeps its state in memory. */
package plugins.ratelimit;
