package plugins.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.PluginSource;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import plugins.script.host.Http;
import plugins.script.host.Services;
import plugins.script.host.States;

/** Wires the library of scripts into the framework, and answers {@code mta:script}. Thread-safe. */
@Component(
        immediate = true,
        service = {Scripts.class, PluginSource.class},
        configurationPid = "mta.script",
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=script",
            "mta.help=script list||the scripts, their versions, and why one was refused|script list",
            "mta.help=script info|[NAME]|the JavaScript runtime, or what one script exports|script info greylist",
            "mta.help=script reload|[NAME]|load scripts anew, as if they had been saved|script reload greylist"
        })
@Designate(ocd = Scripts.Config.class)
public final class Scripts implements PluginSource {

    @ObjectClassDefinition(name = "script", description = "Plugins in JavaScript: the files in the scripts folder.")
    @interface Config {

        @AttributeDefinition(
                min = "0",
                description =
                        "How many calls of one script run at the same time, each in a context of its own. 0: as many"
                                + " as there are cores.")
        int contexts() default 0;

        @AttributeDefinition(
                min = "0",
                description = "How many statements a call may run before it is stopped. 0: as many as its deadline lets"
                        + " it. Counting makes scripts slower.")
        long statementLimit() default 0;

        @AttributeDefinition(min = "1", description = "After how many calls a context is made anew.")
        long recycleCalls() default 100_000;

        @AttributeDefinition(description = "Duration. After how long a context is made anew.")
        String recycleAge() default "15m";

        @AttributeDefinition(
                description = "Duration. How long a call may take that no binding limits: of a transport, a format, a"
                        + " mechanism.")
        String callTimeout() default "1m";

        @AttributeDefinition(
                name = "config.*",
                required = false,
                description =
                        "What mta.config(key) tells a script: config.NAME.key, instead of the script's own default.")
        String config() default "";
    }

    private final BundleContext context;
    private final Library library;
    private final BundleListener bundles;

    @Activate
    public Scripts(
            BundleContext context,
            @Reference Lookup lookup,
            @Reference Dns dns,
            @Reference Records records,
            Config config,
            Map<String, Object> properties)
            throws IOException {
        this.context = context;
        Path folder = Path.of(context.getProperty("mta.data"), "scripts");
        Files.createDirectories(folder);
        InstantSource clock = InstantSource.system();
        var services =
                new Services(lookup, dns, records, new Http(), new States(clock), clock, name -> settingsOf(name));
        this.library = new Library(folder, this::register, this::type, ScriptSettings.of(config, properties), services);
        this.bundles = _ -> library.typesChanged();
        context.addBundleListener(bundles);
        library.start();
    }

    private Map<String, Object> settingsOf(String script) {
        return library.settings().config().getOrDefault(script, Map.of());
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        library.settings(ScriptSettings.of(config, properties));
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(bundles);
        library.close();
    }

    private AutoCloseable register(Class<?> type, Object service, Map<String, Object> properties) {
        ServiceRegistration<?> registration =
                context.registerService(type.getName(), service, new Hashtable<>(properties));
        return registration::unregister;
    }

    /** An interface that some bundle exports. */
    private Optional<Class<?>> type(String name) {
        String wanted = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            boolean exports = wiring != null
                    && wiring.isInUse()
                    && wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                            .anyMatch(
                                    one -> wanted.equals(one.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)));
            if (exports) {
                try {
                    Class<?> type = bundle.loadClass(name);
                    return type.isInterface() ? Optional.of(type) : Optional.empty();
                } catch (ClassNotFoundException e) {
                    // the package may be split
                }
            }
        }
        return Optional.empty();
    }

    // ---- console

    public Object script(String[] words) {
        String verb = words.length == 0 ? "list" : words[0];
        String name = words.length > 1 ? words[1] : "";
        return switch (verb) {
            case "list" -> list();
            case "info" -> name.isEmpty() ? runtime() : info(name);
            case "reload" -> reload(name);
            default -> Refusal.usage("script list | info [NAME] | reload [NAME]");
        };
    }

    private Table list() {
        Table.Builder table = Table.of(
                Column.text("script"),
                Column.text("version"),
                Column.text("file"),
                Column.text("state"),
                Column.text("points"),
                Column.text("reason"));
        for (Library.Status one : library.status()) {
            table.row(
                    one.name().orElse(""),
                    one.version(),
                    one.file(),
                    state(one),
                    String.join(" ", one.groups().stream().map(Group::point).toList()),
                    one.refusal().map(ScriptRefused::getMessage).orElse(""));
        }
        return table.note(runtimeText()).build();
    }

    private String runtimeText() {
        return library.runtime()
                .map(name -> "GraalJS: " + name)
                .orElse("GraalJS is not loaded: there was no script yet");
    }

    private Object runtime() {
        Table.Builder table = Table.of(Column.text("what"), Column.text("value"));
        facts().forEach(table::row);
        return table.build();
    }

    private static String state(Library.Status one) {
        return one.name().isEmpty() ? "refused" : one.refusal().isEmpty() ? "live" : "live, change refused";
    }

    // ---- for plugin list and plugin info

    @Override
    public List<Item> items() {
        return library.status().stream()
                .map(one -> new Item(
                        one.name().orElse(one.file()),
                        one.version(),
                        "scripts/" + one.file(),
                        state(one),
                        one.groups().stream().map(Group::point).toList(),
                        one.refusal().map(ScriptRefused::getMessage).orElse("")))
                .toList();
    }

    @Override
    public Map<String, String> facts() {
        ScriptSettings now = library.settings();
        var facts = new LinkedHashMap<String, String>();
        facts.put("runtime", library.runtime().map(Scripts::kind).orElse("not loaded: there was no script yet"));
        facts.put("scripts", Integer.toString(library.status().size()));
        facts.put("contexts_per_script", Integer.toString(now.contexts()));
        facts.put("statement_limit", Long.toString(now.statementLimit()));
        facts.put("recycle", now.recycleCalls() + " calls or " + now.recycleAge());
        facts.put("call_timeout", now.callTimeout().toString());
        return facts;
    }

    /** GraalJS calls the runtime without a compiler "Interpreted". */
    private static String kind(String runtime) {
        return "GraalJS, " + (runtime.startsWith("Interpreted") ? "interpreter: " : "optimizing: ") + runtime;
    }

    private Object info(String name) {
        var rows = new ArrayList<List<String>>();
        for (Library.Status one : library.status()) {
            if (one.file().equals(name) || one.name().filter(name::equals).isPresent()) {
                one.groups()
                        .forEach(group -> rows.add(List.of(
                                group.point(),
                                group.plugin(),
                                group.named().orElse(""),
                                String.join(
                                        " ",
                                        group.functions().keySet().stream()
                                                .sorted()
                                                .toList()))));
            }
        }
        if (rows.isEmpty()) {
            return Refusal.of("no script " + name + " is live; see script list");
        }
        Table.Builder table =
                Table.of(Column.text("point"), Column.text("plugin"), Column.text("named"), Column.text("functions"));
        rows.forEach(row -> table.row(row.toArray()));
        return table.note("Bindings name the plugin: binding.NAME: {plugin: ..., point: ...}")
                .build();
    }

    private Object reload(String name) {
        int count = library.reload(name);
        return count == 0 && !name.isEmpty() ? Refusal.of("no script or file " + name) : list();
    }
}
