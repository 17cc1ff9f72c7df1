/** Puts those who get its mail in the place of an alias, at RCPT. Knows no store of aliases: it asks the policies. */
package plugins.aliases;
