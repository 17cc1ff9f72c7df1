/** A transport that writes messages into files: capture, archives, Maildir. Knows no queue and no network. */
package plugins.file;
