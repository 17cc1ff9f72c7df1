/** What plugins cost: a hook call, a drop into the folder, a swap under load. The node's own code is used for the first only. */
package mta.bench.hooks;
