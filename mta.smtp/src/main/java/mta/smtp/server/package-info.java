/**
 * The SMTP and LMTP server: one {@link mta.smtp.server.SmtpSession} per connection, hooks of
 * {@link mta.plugins.api.smtp.Reception} along the way, accepted mail into {@link mta.plugins.api.routing.Intake}.
 * Knows neither the queue nor the client.
 */
package mta.smtp.server;
