/**
 * DNS look-ups on dnsjava: asking servers, following aliases, caching. Knows no mail beyond the record types that
 * {@link mta.plugins.api.dns.Dns} names.
 */
package mta.core.dns;
