/**
 * Records to a webhook: a journal on disk, and a sender that posts what is in it, batch by batch. Knows HTTP and files;
 * what a record looks like is the business of the {@link mta.plugins.api.log.RecordFormat} that the settings name.
 */
package plugins.logwebhook;
