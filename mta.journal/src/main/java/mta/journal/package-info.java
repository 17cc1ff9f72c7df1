/**
 * Records on disk until a far side has them: a journal with a kept position, and a sender that brings what is in it over,
 * batch by batch. No bundle: a sink inlines it ({@code -conditionalpackage: mta.journal}), as third parties may. Does not
 * know what a record looks like, nor how it is sent.
 */
package mta.journal;
