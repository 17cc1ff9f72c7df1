/**
 * Asks servers that speak Postfix's policy delegation protocol (SMTPD_POLICY_README): one request of attributes for each
 * stage, one action as the answer. Knows nothing of sockets: connections come from the hook point Io.
 */
package plugins.policydelegation;
