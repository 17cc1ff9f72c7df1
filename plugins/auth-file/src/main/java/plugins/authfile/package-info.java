/**
 * AUTH PLAIN and LOGIN against a file of hashed passwords, and the same file as answers to UserFor. Knows no wire: the
 * server decodes, answers and insists on TLS.
 */
package plugins.authfile;
