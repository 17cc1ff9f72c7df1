package mta.plugins.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The name by which a driver is chosen at a hook point of kind {@link mta.plugins.api.hooks.Kind#PROVIDE}: the service
 * property {@code mta.named}, for example a Transport called {@code lmtp}, an Io called {@code unix}, a SASL mechanism
 * called {@code PLAIN}. Without it the name of the plugin serves.
 */
@ComponentPropertyType
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Named {

    String PREFIX_ = "mta.";

    /** Name of the service property. */
    String PROPERTY = "mta.named";

    String value();
}
