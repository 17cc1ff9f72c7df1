/**
 * Command line options: declared once, parsed with a type and a unit, printed as help. Knows nothing about SMTP.
 */
package mta.bench.args;
