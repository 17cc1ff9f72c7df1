/**
 * Records to a syslog server: messages of RFC 5424 over UDP (RFC 5426), TCP (RFC 6587) or TLS (RFC 5425). What a record
 * looks like is the business of the {@link mta.plugins.api.log.RecordFormat} that the settings name.
 */
package plugins.logsyslog;
