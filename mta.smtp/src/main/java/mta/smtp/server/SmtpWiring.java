package mta.smtp.server;

import java.time.InstantSource;
import mta.core.intake.Store;
import mta.core.node.Node;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.routing.Intake;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Brings together what {@link SmtpProtocol} and {@link LmtpProtocol} need of the node. */
@Component(service = SmtpWiring.class)
public final class SmtpWiring {

    private final SettingsByListener settings = new SettingsByListener();
    private final SmtpServer.Surroundings surroundings;

    @Activate
    public SmtpWiring(
            @Reference HookPoints hooks,
            @Reference Intake intake,
            @Reference Tls tls,
            @Reference Records records,
            @Reference Store store,
            @Reference Dns dns,
            @Reference Lookup lookup,
            @Reference Node node) {
        surroundings = new SmtpServer.Surroundings(
                hooks,
                intake,
                tls,
                records,
                InstantSource.system(),
                node::hostname,
                new ClientName(dns, lookup),
                store::closed,
                settings);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindSettings(ConfiguredSmtp instance) {
        settings.put(instance.name(), instance.values());
    }

    void unbindSettings(ConfiguredSmtp instance) {
        settings.remove(instance.name(), instance.values());
    }

    SmtpServer.Surroundings surroundings() {
        return surroundings;
    }
}
