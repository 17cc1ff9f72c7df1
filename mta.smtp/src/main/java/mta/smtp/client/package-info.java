/**
 * SMTP and LMTP on the way out: a {@link mta.plugins.api.delivery.Transport} each. Finds the hosts of a destination,
 * connects, and hands over one message after the other. Knows nothing of queues, retries and limits over several
 * connections, which are the queue's business.
 */
package mta.smtp.client;
