/** Unix-domain sockets as byte streams. Knows no protocol. */
package plugins.unixsocket;
