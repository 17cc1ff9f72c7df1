/** Asks policies and remembers what they said. */
package mta.core.policy;
