/**
 * The hook runner: bindings, plans, calls, and what happens when a call fails. One runner serves all hook points, those
 * of other bundles too; it knows no mail, only verdicts.
 */
package mta.core.hooks;
