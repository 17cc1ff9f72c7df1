/** Refuses clients that lists in the DNS name (RFC 5782). */
package plugins.dnsbl;
