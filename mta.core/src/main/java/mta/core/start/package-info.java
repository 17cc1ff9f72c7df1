/**
 * The beginning and the end of a node: its own facts, the word that it is ready, the orderly stop. Knows no mail.
 */
package mta.core.start;
