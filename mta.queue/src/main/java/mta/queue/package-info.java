/**
 * The queue as a component: stores accepted mail durably, loads it at start, dispatches it. Only wires; what decides is
 * in the packages below.
 */
package mta.queue;
