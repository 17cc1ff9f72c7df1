package mta.smtp.server;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** One instance of the section {@code smtp} of the configuration. */
@Component(
        service = ConfiguredSmtp.class,
        configurationPid = "mta.smtp",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SmtpConfig.class, factory = true)
public final class ConfiguredSmtp {

    private final String name;
    private final Map<String, Object> values;

    @Activate
    public ConfiguredSmtp(Map<String, Object> values) {
        String pid = String.valueOf(values.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        this.values = Map.copyOf(values);
        ServerSettings.of(values);
    }

    /** Name of the listener, or {@code default}. */
    String name() {
        return name;
    }

    Map<String, Object> values() {
        return values;
    }
}
