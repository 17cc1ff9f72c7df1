/**
 * The console over SSH: who may log in, and how a channel becomes a verb or a session of
 * {@link mta.plugins.api.admin.Console}. Knows no verb and nothing of mail.
 */
package plugins.consolessh;
