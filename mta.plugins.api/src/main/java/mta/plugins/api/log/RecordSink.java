package mta.plugins.api.log;

import java.util.List;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes records in batches, in order, on one thread of the host per binding. Bindings choose kinds with
 * {@code when: {kind: [Delivery, Bounce]}}.
 */
@ConsumerType
public interface RecordSink {

    /** When it returns the batch is safe; when it throws the same batch comes again (or is spilled, or dropped: the binding says). */
    @Hook(value = Kind.OBSERVE, onError = FailureAction.SPILL, timeoutMillis = 30_000)
    default void write(List<LogRecord> batch) throws Exception {}

    /** {@code reopen} (rotation by somebody else), {@code flush}. */
    @Hook(value = Kind.OBSERVE, onError = FailureAction.NEXT, timeoutMillis = 30_000)
    default void control(String operation) throws Exception {}
}
