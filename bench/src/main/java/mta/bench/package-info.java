/**
 * The benchmark: a load generator, a sink, and runs that put a mail transfer agent between the two. Knows the agent
 * under test only from outside (SMTP, its folders, its process), so that any other agent can be measured the same way.
 */
package mta.bench;
