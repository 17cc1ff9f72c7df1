/**
 * SMTP on the wire, for server and client alike: octets in, values out, and back. Small, pure parsers and scanners over
 * buffers that others fill. Knows neither sessions nor hooks nor the queue, and does no input or output of its own
 * but through the streams it is given.
 */
package mta.smtp.wire;
