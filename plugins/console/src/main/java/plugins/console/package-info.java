/**
 * The console: Gogo with JLine in a terminal, and the same verbs one-shot through a local socket. Draws what commands
 * answer ({@link mta.plugins.api.admin}); knows no verb but its own and nothing of mail.
 */
package plugins.console;
