package plugins.headerrules;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Hands the settings of one rule of the section {@code header-rules} to {@link HeaderRules}. */
@Component(
        service = ConfiguredRule.class,
        immediate = true,
        configurationPid = "mta.header-rules",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredRule.Config.class, factory = true)
public final class ConfiguredRule {

    @ObjectClassDefinition(name = "header-rules", description = "What header fields say decides about the message.")
    @interface Config {

        @AttributeDefinition(description = "The rule's place among the others, lowest first; then by name.")
        int order() default 100;

        @AttributeDefinition(description = "Names of the fields it looks at; *: every one.")
        String[] field();

        @AttributeDefinition(
                required = false,
                description = "A pattern (RE2) that is found in the field's value, which is unfolded before.")
        String matches() default "";

        @AttributeDefinition(required = false, description = "A pattern that is not found in it.")
        String unless() default "";

        @AttributeDefinition(required = false, description = "What the value is, as a whole.")
        String is() default "";

        @AttributeDefinition(description = "Whether patterns and texts fit whatever the case of letters.")
        boolean ignoreCase() default true;

        @AttributeDefinition(description = "Whether the rule applies when there is no such field.")
        boolean absent() default false;

        @AttributeDefinition(min = "0", description = "Applies to those beyond so many of them; 0: to all.")
        int moreThan() default 0;

        @AttributeDefinition(description = "Size. Applies to fields of more octets than this; 0: whatever their size.")
        String longerThan() default "0";

        @AttributeDefinition(description = "Whether patterns see \"Name: value\", not the value alone.")
        boolean wholeField() default false;

        @AttributeDefinition(description = "Whether encoded words (RFC 2047) are decoded before.")
        boolean decode() default false;

        @AttributeDefinition(
                description = "What is done.",
                options = {
                    @Option("refuse"),
                    @Option("discard"),
                    @Option("hold"),
                    @Option("redirect"),
                    @Option("bcc"),
                    @Option("add"),
                    @Option("replace"),
                    @Option("remove"),
                    @Option("note"),
                    @Option("log"),
                    @Option("skip"),
                    @Option("tenant"),
                    @Option("campaign"),
                    @Option("priority"),
                    @Option("pool"),
                    @Option("transport"),
                    @Option("route")
                })
        String action();

        @AttributeDefinition(
                required = false,
                description = "The reply, reason, address, value or name that the action needs; $1 is what the first"
                        + " group of the pattern in matches has found, $0 all of it, $$ a dollar sign.")
        String text() default "";

        @AttributeDefinition(
                required = false,
                description = "Name of the field that is added or comes instead; key of the note.")
        String name() default "";

        @AttributeDefinition(description = "Whether later rules look at the same field as well.")
        boolean goOn() default false;
    }

    private final HeaderRules rules;
    private final String name;

    @Activate
    public ConfiguredRule(@Reference HeaderRules rules, Config config, Map<String, Object> entries) {
        this.rules = rules;
        String pid = String.valueOf(entries.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        modified(config);
    }

    @Modified
    void modified(Config config) {
        rules.put(Rule.of(name, config));
    }

    @Deactivate
    void remove() {
        rules.remove(name);
    }
}
