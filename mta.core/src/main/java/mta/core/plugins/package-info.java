/**
 * The plugins' bundles: what lies in {@code deploy/} or is installed by the console is tried, put in force beside the
 * version before, and takes its place; what is refused leaves that version where it is. Knows the framework, and of hooks
 * only which plugin is there and which is required. Knows no mail.
 */
package mta.core.plugins;
