/**
 * Records to Apache Kafka: entries in the journal that sinks share, and the brokers that get them. Knows Kafka's producer;
 * what a record looks like is the business of the {@link mta.plugins.api.log.RecordFormat} that the settings name.
 */
package plugins.logkafka;
