/** Refuses recipients that nobody has, at RCPT. Knows no store of users: it asks the policies. */
package plugins.recipients;
