/**
 * Delivery status notifications (RFC 3461, RFC 3464, RFC 6533) and loop detection. Knows why a recipient failed only
 * as a notice tells it; knows no queue and no protocol.
 */
package plugins.dsn;
