/**
 * The Io {@code haproxy}: dials a proxy that a header of the PROXY protocol tells where from and where to. Knows no mail
 * protocol.
 */
package plugins.haproxy;
