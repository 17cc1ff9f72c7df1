/** A transport that delivers to nowhere, for demonstrations, measurements and tests of what happens when mail fails. */
package plugins.discard;
