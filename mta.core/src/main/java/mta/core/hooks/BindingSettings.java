package mta.core.hooks;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code binding}: which plugin runs at which hook point, when, in which order, and what its failure means. */
@ObjectClassDefinition(
        factoryPid = BindingSettings.PID,
        name = "binding",
        description = "Binds a plugin to a hook point. Exists even while the plugin does not.")
public @interface BindingSettings {

    String PID = "mta.binding";

    @AttributeDefinition(description = "Name of the plugin.")
    String plugin();

    @AttributeDefinition(description = "The hook point: simple or full name of its interface, such as Reception.")
    String point();

    @AttributeDefinition(
            required = false,
            description = "Stages to run it at; none: all that it implements. A required plugin must name them.")
    String[] stages() default {};

    @AttributeDefinition(
            name = "when.*",
            required = false,
            description = "Only for calls with such a value: when.listener, when.tenant ...; globs with * and ?.")
    String[] when() default {};

    @AttributeDefinition(required = false, description = "Lower runs first.")
    int order() default 100;

    @AttributeDefinition(required = false, description = "Bindings that this one must run before.")
    String[] before() default {};

    @AttributeDefinition(required = false, description = "Bindings that this one must run after.")
    String[] after() default {};

    @AttributeDefinition(
            required = false,
            description =
                    "Whether mail must not pass without it: its absence is a failure, and no other binding's Accept skips it.")
    boolean required() default false;

    @AttributeDefinition(name = "final", required = false, description = "Whether its Accept ends the chain.")
    boolean final_() default false;

    @AttributeDefinition(
            required = false,
            description = "Bindings whose final Accept may skip this one although it is required.")
    String[] yieldsTo() default {};

    @AttributeDefinition(required = false, description = "Whether it may speak for another client (PROXY, XCLIENT).")
    boolean trusted() default false;

    @AttributeDefinition(
            required = false,
            description = "Duration. How long a call may take; empty: as the stage says.")
    String timeout() default "";

    @AttributeDefinition(required = false, min = "0", description = "Calls at the same time; 0: no limit.")
    int maxConcurrent() default 0;

    @AttributeDefinition(
            required = false,
            type = AttributeType.STRING,
            description =
                    "What a failed call means: next, tempfail, shutdown, reject, hold; sinks: block, spill, drop. Empty: as the stage says.")
    String onError() default "";

    @AttributeDefinition(required = false, description = "The same while its breaker is open; empty: as onError.")
    String onOpen() default "";

    @AttributeDefinition(required = false, description = "The same while maxConcurrent is reached; empty: as onError.")
    String onBusy() default "";

    @AttributeDefinition(
            required = false,
            description = "The same while the plugin is missing; empty: tempfail if it is required, otherwise next.")
    String onMissing() default "";

    @AttributeDefinition(
            required = false,
            min = "0",
            description = "Failures within breakerWindow that open the breaker; 0: never.")
    int breakerFailures() default 20;

    @AttributeDefinition(required = false, description = "Duration. See breakerFailures.")
    String breakerWindow() default "10s";

    @AttributeDefinition(required = false, description = "Duration. How long an open breaker waits before it probes.")
    String breakerOpen() default "30s";

    @AttributeDefinition(
            required = false,
            description =
                    "Whether calls run on platform threads of their own, which a call that ignores its deadline cannot hold up. Costs about 50 microseconds a call.")
    boolean isolate() default false;
}
