package mta.core.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What Declarative Services know about the components of a bundle: which one failed, which one waits and for what. */
final class Components {

    private final ServiceComponentRuntime runtime;

    Components(ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    /** What the constructor or activator of a component threw; empty if none has. */
    Optional<String> failure(Bundle bundle) {
        return configurations(bundle)
                .filter(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .map(one -> one.description.name + " failed: " + heart(one.failure))
                .findFirst();
    }

    /** What components wait for: services, configuration. */
    List<String> waits(Bundle bundle) {
        var waits = new ArrayList<String>();
        configurations(bundle).forEach(one -> {
            if (one.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
                waits.add(one.description.name + " waits for settings ("
                        + String.join(", ", one.description.configurationPid) + ")");
            } else if (one.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                Stream.of(one.unsatisfiedReferences)
                        .forEach(reference -> waits.add(one.description.name + " waits for the service "
                                + service(one.description, reference.name)));
            }
        });
        return waits;
    }

    private static String service(ComponentDescriptionDTO component, String reference) {
        return Stream.of(component.references)
                .filter(one -> one.name.equals(reference))
                .map(one -> one.interfaceName)
                .findFirst()
                .orElse(reference);
    }

    private Stream<ComponentConfigurationDTO> configurations(Bundle bundle) {
        return runtime.getComponentDescriptionDTOs(bundle).stream()
                .filter(one -> one.defaultEnabled)
                .flatMap(one -> runtime.getComponentConfigurationDTOs(one).stream());
    }

    /** Of a stack trace: the innermost cause. */
    private static String heart(String trace) {
        if (trace == null || trace.isBlank()) {
            return "no reason given";
        }
        List<String> lines = trace.lines().toList();
        return lines.reversed().stream()
                .filter(line -> line.startsWith("Caused by: "))
                .map(line -> line.substring("Caused by: ".length()))
                .findFirst()
                .orElse(lines.getFirst());
    }
}
