/**
 * What a person or a script reads: terminal, progress, tables, JSON. Knows nothing about mail.
 */
package mta.bench.text;
