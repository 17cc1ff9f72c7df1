/** Meters, and the console's view of them. Knows no mail. */
package mta.core.metrics;
