package mta.plugins.api.log;

import org.osgi.annotation.versioning.ConsumerType;

/** Writes a record as octets, line end included; chosen by name ({@link mta.plugins.api.Named}). Thread-safe. */
@ConsumerType
public interface RecordFormat {

    byte[] format(LogRecord record);
}
