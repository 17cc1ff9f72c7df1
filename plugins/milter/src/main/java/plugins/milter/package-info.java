/**
 * Asks a filter that speaks the milter protocol, version 6 and older (libmilter of Sendmail 8.18, milter8.c of Postfix), about
 * mail on its way in. The bottom is {@link plugins.milter.Packets}, above it {@link plugins.milter.Filter} with one method
 * for each command, above it {@link plugins.milter.Visit}: what a filter has been told of one SMTP session. Knows nothing
 * of sockets: connections come from the hook point Io.
 */
package plugins.milter;
