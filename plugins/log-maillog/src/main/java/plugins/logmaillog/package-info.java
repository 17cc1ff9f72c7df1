/** Records as the lines that Postfix writes to mail.log, for the programs that read those. Knows no Postfix but its words. */
package plugins.logmaillog;
