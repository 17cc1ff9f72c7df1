/**
 * How mail waits and leaves, by tenant, campaign, destination, site and source: scopes that override each other, sources
 * and pools. Knows no queue and no message; only answers what holds for whom, and who said so.
 */
package mta.queue.policy;
