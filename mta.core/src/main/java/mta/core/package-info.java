/**
 * The core bundle: runs hooks, reads configuration, takes mail in, hands out records, and offers IO, TLS and DNS. What
 * other bundles may use stands in the exported packages; mta.plugins.api holds what plugins may use.
 */
package mta.core;
