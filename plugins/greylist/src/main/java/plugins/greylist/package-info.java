/**
 * Greylisting: mail of a client, a sender and a recipient that were never seen together waits for its second try. Keeps
 * what it has seen in memory, bounded, and in a file of its own; knows nothing of what mail says.
 */
package plugins.greylist;
