/**
 * The PROXY protocol on accepted connections: who the client behind a load balancer is. Knows the header and whom to
 * believe, no mail protocol.
 */
package plugins.proxyprotocol;
