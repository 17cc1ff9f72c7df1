/**
 * The demonstration: a node, a load and a sink on loopback ports, and what can be seen of them from outside. Knows the
 * node as a user does: by SMTP and by console verbs.
 */
package mta.bench.demo;
