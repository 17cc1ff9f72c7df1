/** The Io {@code socks5}: dials through a SOCKS5 proxy (RFC 1928, RFC 1929). Knows no mail protocol. */
package plugins.socks5;
