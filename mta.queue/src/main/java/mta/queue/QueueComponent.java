package mta.queue;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import mta.core.intake.Store;
import mta.core.intake.StoreException;
import mta.core.node.Gate;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.log.Records;
import mta.queue.dispatch.Dispatch;
import mta.queue.dispatch.DispatchSettings;
import mta.queue.policy.PolicyService;
import mta.queue.spool.RocksSpool;
import mta.queue.spool.SpoolException;
import mta.queue.spool.SpoolSettings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the queue: opens the spool, loads it, and is there as {@link Store} from then on; stops it in order. */
@Component(
        service = {Store.class, QueueComponent.class},
        configurationPid = QueueSettings.PID,
        immediate = true)
@Designate(ocd = QueueSettings.class)
public final class QueueComponent implements Store {

    private static final Logger LOG = LoggerFactory.getLogger(QueueComponent.class);
    private static final long MIB = 1L << 20;

    private final MessageQueue queue;
    private final Dispatch dispatch;

    /** @throws SpoolException if the spool cannot be opened; its text says what to do */
    @Activate
    public QueueComponent(
            QueueSettings settings,
            @Reference HookPoints hooks,
            @Reference Records records,
            @Reference PolicyService policies,
            @Reference Gate gate) {
        RocksSpool spool = open(settings);
        try {
            dispatch =
                    new Dispatch(spool, policies.policies(), hooks, records, InstantSource.system(), bounds(settings));
            Runtime runtime = Runtime.getRuntime();
            long limit = runtime.maxMemory() / 100 * Math.clamp(settings.heapLimit(), 10, 100);
            var pressure = new Pressure(() -> runtime.totalMemory() - runtime.freeMemory(), limit, spool::trim);
            queue = new MessageQueue(spool, dispatch, pressure);
            dispatch.start(pressure::sample, gate);
        } catch (RuntimeException | Error e) {
            spool.close();
            throw e;
        }
    }

    private static RocksSpool open(QueueSettings settings) {
        Path directory = Path.of(System.getProperty("mta.data", System.getProperty("mta.home", "")))
                .resolve(settings.spool())
                .toAbsolutePath()
                .normalize();
        try {
            return new RocksSpool(SpoolSettings.of(directory)
                    .floor(Amount.bytes(settings.minFreeSpace()))
                    .cache(Amount.bytes(settings.cache()))
                    .buffers(Amount.bytes(settings.bodyBuffer()), 16 * MIB, 256 * MIB));
        } catch (SpoolException e) {
            LOG.error("The queue does not start: {}", e.getMessage());
            throw e;
        }
    }

    private static DispatchSettings bounds(QueueSettings settings) {
        return new DispatchSettings(
                Math.max(2, settings.routers()),
                Math.max(1, settings.clerks()),
                Amount.duration(settings.stopTimeout()),
                Amount.duration(settings.transportTimeout()));
    }

    @Modified
    void modified(QueueSettings settings) {
        dispatch.stopTimeout(Amount.duration(settings.stopTimeout()));
        dispatch.transportTimeout(Amount.duration(settings.transportTimeout()));
    }

    @Deactivate
    void stop() {
        queue.stop();
    }

    public Dispatch dispatch() {
        return dispatch;
    }

    @Override
    public LargeContent large(long id) throws StoreException {
        return queue.large(id);
    }

    @Override
    public void put(List<Parcel> parcels) throws StoreException {
        queue.put(parcels);
    }

    @Override
    public long highestId() {
        return queue.highestId();
    }

    @Override
    public String closed() {
        return queue.closed();
    }
}
