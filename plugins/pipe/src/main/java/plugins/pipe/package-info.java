/** The transport that gives messages to programs, and what their exit status means. Never starts a shell. Knows no queue. */
package plugins.pipe;
