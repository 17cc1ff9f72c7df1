package plugins.pipe;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mta.plugins.api.config.Amount;
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

/** Hands the settings of one program of the section {@code pipe} to the {@link Pipe}. */
@Component(
        service = ConfiguredCommand.class,
        immediate = true,
        configurationPid = "mta.pipe",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredCommand.Config.class, factory = true)
public final class ConfiguredCommand {

    @ObjectClassDefinition(name = "pipe", description = "A program that the transport pipe gives messages to.")
    @interface Config {

        @AttributeDefinition(
                description = "Absolute path of the program and its arguments, as a list: no shell reads it. {sender},"
                        + " {recipient}, {local}, {domain}, {id} and {size} are replaced within an argument.")
        String[] command();

        @AttributeDefinition(description = "Working directory; relative to the instance folder.")
        String directory() default "";

        @AttributeDefinition(
                name = "environment.*",
                required = false,
                description = "Environment of the program, beside PATH, LANG, SENDER, RECIPIENT and MESSAGE_ID.")
        String environment() default "";

        @AttributeDefinition(description = "Whether Return-Path and Delivered-To go on top of the message.")
        boolean envelope() default true;

        @AttributeDefinition(
                description = "How lines of the message end.",
                options = {@Option("lf"), @Option("crlf")})
        String lineEnd() default "lf";

        @AttributeDefinition(description = "Duration. After it the program is killed, and the message tried again.")
        String timeout() default "5m";

        @AttributeDefinition(
                description = "Size. How much of what it prints is looked at; its first line is in the reply.")
        String maxOutput() default "4KiB";
    }

    private final Pipe pipe;
    private final String name;

    @Activate
    public ConfiguredCommand(@Reference Pipe pipe, Config config, Map<String, Object> entries) {
        this.pipe = pipe;
        String pid = String.valueOf(entries.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        modified(config, entries);
    }

    @Modified
    void modified(Config config, Map<String, Object> entries) {
        pipe.put(command(name, config, entries));
    }

    static Command command(String name, Config config, Map<String, Object> entries) {
        Path data = Path.of(System.getProperty("mta.data", "")).toAbsolutePath();
        var environment = new HashMap<String, String>();
        entries.forEach((key, value) -> {
            if (key.startsWith("environment.")) {
                environment.put(key.substring("environment.".length()), value.toString());
            }
        });
        return new Command(
                name,
                List.of(config.command()),
                data.resolve(config.directory()).normalize(),
                environment,
                config.envelope(),
                config.lineEnd().equals("crlf"),
                Amount.duration(config.timeout()),
                (int) Math.clamp(Amount.bytes(config.maxOutput()), 0, 1 << 20));
    }

    @Deactivate
    void remove() {
        pipe.remove(name);
    }
}
