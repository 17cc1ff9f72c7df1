/**
 * TCP, TLS and listeners: how byte streams come in and go out. Knows no mail protocol; whoever serves a connection is a
 * {@link mta.plugins.api.io.Protocol} chosen by name.
 */
package mta.core.io;
