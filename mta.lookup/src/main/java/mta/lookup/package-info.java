/**
 * What a plugin that looks things up somewhere needs beside its client: queries as words, what was found as typed
 * answers, keys to try in turn, times to live, the service. No bundle: a plugin inlines it
 * ({@code -conditionalpackage: mta.lookup}), as third parties may. Knows no file, database or protocol.
 */
package mta.lookup;
