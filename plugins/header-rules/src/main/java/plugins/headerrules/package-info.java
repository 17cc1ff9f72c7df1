/**
 * Rules of the configuration on header fields, as Postfix's header_checks: what a field says decides what becomes of the
 * message. Knows nothing of bodies.
 */
package plugins.headerrules;
