package mta.plugins.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names the plugin that a Declarative Services component is: the service property {@code mta.plugin}, by which bindings
 * refer to it. Without this property a service is invisible to the hook runner.
 *
 * <pre>{@code
 * @Component @Plugin("relay-control")
 * public final class RelayControl implements Reception { ... }
 * }</pre>
 */
@ComponentPropertyType
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Plugin {

    String PREFIX_ = "mta.";

    /** Name of the service property. */
    String PROPERTY = "mta.plugin";

    String value();
}
