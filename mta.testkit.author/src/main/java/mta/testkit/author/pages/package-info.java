/**
 * Writes the pages about hook points from the plugin API and its sources, puts tested code into the guide, and keeps the
 * texts that scripts' editors show. A program for the source tree ({@code ./mta docs}); no part of a node.
 */
package mta.testkit.author.pages;
