/**
 * AUTH by Dovecot's authentication service, in its client protocol (version 1, doc/auth-protocol). What the mechanisms mean is
 * Dovecot's business: responses and challenges are passed on. Knows nothing of sockets: connections come from the hook
 * point Io.
 */
package plugins.authdovecot;
