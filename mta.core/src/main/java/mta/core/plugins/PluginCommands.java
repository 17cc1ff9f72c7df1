package mta.core.plugins;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import mta.core.hooks.HookRunner;
import mta.core.hooks.PluginServices;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.PluginSource;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.PluginChange;

/** The console's {@code plugin}: what is there, in which state and why, and how to change it. Runs on the console's thread. */
public final class PluginCommands {

    private static final String USAGE = "plugin list | info NAME | stats [NAME] | install FILE | update FILE"
            + " | uninstall NAME [--force] | enable NAME | disable NAME [--force]";

    /** The distribution's bundles are called by what stands behind this. */
    private static final String OWN = "plugins.";

    private final PluginHost host;
    private final HookRunner runner;
    private final List<PluginSource> sources;

    PluginCommands(PluginHost host, HookRunner runner, List<PluginSource> sources) {
        this.host = host;
        this.runner = runner;
        this.sources = sources;
    }

    static Dictionary<String, Object> properties() {
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.command.scope", "mta");
        properties.put("osgi.command.function", new String[] {"plugin"});
        properties.put("mta.help", new String[] {
            "plugin list||all plugins, bundles and scripts, and why one was refused|plugin list",
            "plugin info|NAME|one plugin: where it is bound, what it waits for, its last changes|plugin info script",
            "plugin stats|[NAME]|calls, failures and times of each binding|plugin stats relay-control",
            "plugin install|FILE|a new bundle: tried, put in force, kept in deploy/|plugin install /tmp/greet-1.0.jar",
            "plugin update|FILE|a new version beside the old one, which then goes|plugin update /tmp/greet-1.1.jar",
            "plugin uninstall|NAME [--force]|takes a bundle out of deploy/|plugin uninstall com.acme.greet",
            "plugin disable|NAME [--force]|stops a bundle, also after restarts|plugin disable dsn",
            "plugin enable|NAME|starts it again|plugin enable dsn"
        });
        return properties;
    }

    public Object plugin(String[] words) {
        List<String> arguments = new ArrayList<>(Arrays.asList(words));
        boolean force = arguments.remove("--force");
        String verb = arguments.isEmpty() ? "list" : arguments.removeFirst();
        int wanted = switch (verb) {
            case "list" -> 0;
            case "stats" -> Math.min(1, arguments.size());
            default -> 1;
        };
        if (arguments.size() != wanted) {
            return Refusal.usage(USAGE);
        }
        String argument = wanted == 0 ? "" : arguments.getFirst();
        return switch (verb) {
            case "list" -> list();
            case "info" -> info(argument);
            case "stats" -> stats(argument);
            case "install" ->
                file(argument)
                        .<Object>map(file -> answer(host.put(file, false)))
                        .orElseGet(() -> relative(argument));
            case "update" ->
                file(argument).<Object>map(file -> answer(host.put(file, true))).orElseGet(() -> relative(argument));
            case "uninstall" -> script(argument).orElseGet(() -> answer(host.uninstall(bundle(argument), force)));
            case "disable" -> script(argument).orElseGet(() -> answer(host.disable(bundle(argument), force)));
            case "enable" -> answer(host.enable(bundle(argument)));
            default -> Refusal.usage(USAGE);
        };
    }

    /** The node has another current folder than the operator. */
    private static Optional<Path> file(String argument) {
        Path path = Path.of(argument);
        return path.isAbsolute() ? Optional.of(path.normalize()) : Optional.empty();
    }

    private static Refusal relative(String argument) {
        return Refusal.usage("give the whole path of " + argument + ", beginning with /");
    }

    private static Object answer(PluginHost.Answer answer) {
        return answer.done() ? answer.text() : Refusal.of(answer.text());
    }

    private Optional<Object> script(String name) {
        return item(name)
                .<Object>map(item ->
                        Refusal.of(name + " is the script " + item.file() + ": move that file out of its folder"));
    }

    private Optional<PluginSource.Item> item(String name) {
        return sources.stream()
                .flatMap(source -> source.items().stream())
                .filter(item -> item.plugin().equals(name) || item.file().equals(name))
                .findFirst();
    }

    /** By its symbolic name, that without {@code plugins.}, or the name of a plugin that it offers. */
    private String bundle(String name) {
        List<PluginHost.Line> lines = host.lines();
        for (String wanted : List.of(name, OWN + name)) {
            if (lines.stream().anyMatch(line -> line.name().equals(wanted))) {
                return wanted;
            }
        }
        return lines.stream()
                .filter(line ->
                        line.offers().stream().anyMatch(offer -> offer.plugin().equals(name)))
                .map(PluginHost.Line::name)
                .findFirst()
                .orElse(name);
    }

    private static String shown(String bundle) {
        return bundle.startsWith(OWN) ? bundle.substring(OWN.length()) : bundle;
    }

    // ---- list

    private Table list() {
        Table.Builder table = Table.of(
                Column.text("plugin"),
                Column.text("version"),
                Column.text("state"),
                Column.text("from"),
                Column.text("offers"),
                Column.text("reason"));
        int refused = 0;
        for (PluginHost.Line line : host.lines()) {
            table.row(
                    shown(line.name()),
                    version(line.version()),
                    line.state(),
                    line.from(),
                    points(line),
                    line.reason());
            refused += line.state().equals("refused") ? 1 : 0;
        }
        for (PluginSource source : sources) {
            for (PluginSource.Item item : source.items()) {
                table.row(
                        item.plugin(),
                        item.version(),
                        item.state(),
                        item.file(),
                        String.join(" ", item.offers()),
                        item.reason());
                refused += item.reason().isEmpty() ? 0 : 1;
            }
        }
        return table.note(refused == 0 ? "" : refused + " refused; plugin info NAME has the whole reason")
                .build();
    }

    /** Builds from a source tree carry a long qualifier. */
    private static String version(String version) {
        return version.replace(".SNAPSHOT", "-dev");
    }

    /** Scripts have lines of their own, beside the one of the bundle that runs them. */
    private String points(PluginHost.Line line) {
        var scripts = new TreeSet<String>();
        sources.forEach(source -> source.items().forEach(item -> scripts.add(item.plugin())));
        var points = new TreeSet<String>();
        for (PluginServices.Offer offer : line.offers()) {
            if (!scripts.contains(offer.plugin().split("\\.")[0])) {
                points.addAll(offer.points());
            }
        }
        return String.join(" ", points);
    }

    // ---- info

    private Object info(String name) {
        Optional<PluginSource.Item> item = item(name);
        if (item.isPresent()) {
            return scriptInfo(item.get());
        }
        String bundle = bundle(name);
        List<PluginHost.Line> lines =
                host.lines().stream().filter(line -> line.name().equals(bundle)).toList();
        if (lines.isEmpty()) {
            return Refusal.of("there is no plugin " + name + "; plugin list shows all");
        }
        Table.Builder table = Table.of(Column.text("what"), Column.text("value"));
        for (PluginHost.Line line : lines) {
            table.row("bundle", line.name() + " " + version(line.version()));
            table.row("state", line.state() + (line.reason().isEmpty() ? "" : ": " + line.reason()));
            table.row("from", line.from());
            line.live().ifPresent(live -> table.row("since", live.since().toString()));
            offers(line, table);
        }
        if (bundle.equals(OWN + "script")) {
            sources.forEach(source -> source.facts().forEach(table::row));
        }
        for (PluginChange change : host.history(bundle)) {
            table.row(
                    change.time()
                            .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                            .toString(),
                    words(change));
        }
        return table.build();
    }

    private void offers(PluginHost.Line line, Table.Builder table) {
        line.offers().stream()
                .sorted(Comparator.comparing(PluginServices.Offer::plugin))
                .forEach(offer -> {
                    String named = offer.named().isEmpty() ? "" : " named " + offer.named();
                    table.row("offers", offer.plugin() + ": " + String.join(" ", offer.points()) + named);
                });
        line.offers().stream()
                .map(PluginServices.Offer::plugin)
                .distinct()
                .sorted()
                .flatMap(plugin -> runner.bindingsOf(plugin).stream())
                .forEach(binding -> table.row("binding", binding));
    }

    private static String words(PluginChange change) {
        String before = change.before().isEmpty() || change.before().equals(change.version())
                ? ""
                : change.change().equals("refused") ? ", " + change.before() + " stays" : " from " + change.before();
        String reason = change.reason().isEmpty() ? "" : ": " + change.reason();
        return version(change.version()) + " " + change.change() + before + reason;
    }

    private Table scriptInfo(PluginSource.Item item) {
        Table.Builder table = Table.of(Column.text("what"), Column.text("value"))
                .row("script", item.plugin() + " " + item.version())
                .row("state", item.state() + (item.reason().isEmpty() ? "" : ": " + item.reason()))
                .row("from", item.file())
                .row("offers", String.join(" ", item.offers()));
        runner.bindingsOf(item.plugin()).forEach(binding -> table.row("binding", binding));
        sources.forEach(source -> source.facts().forEach(table::row));
        return table.build();
    }

    // ---- stats

    private Object stats(String name) {
        String bundle = name.isEmpty() ? "" : bundle(name);
        var plugins = host.lines().stream()
                .filter(line -> line.name().equals(bundle))
                .flatMap(line -> line.offers().stream())
                .map(PluginServices.Offer::plugin)
                .collect(Collectors.toSet());
        plugins.add(name);
        Table.Builder table = Table.of(
                Column.text("binding"),
                Column.text("stage"),
                Column.number("calls"),
                Column.number("failed"),
                Column.number("p50_us"),
                Column.number("p99_us"),
                Column.number("p99.9_us"),
                Column.text("breaker"),
                Column.number("hung"));
        int rows = 0;
        for (HookRunner.Use use : runner.uses()) {
            if (name.isEmpty() || plugins.contains(use.plugin())) {
                rows++;
                table.row(
                        use.binding(),
                        use.stage(),
                        use.calls(),
                        use.failures(),
                        micros(use, 50),
                        micros(use, 99),
                        micros(use, 99.9),
                        use.open() ? "OPEN" : "closed",
                        use.hung());
            }
        }
        return rows == 0 && !name.isEmpty()
                ? Refusal.of("plugin " + name + " is bound nowhere; plugin info " + name + " says what it offers")
                : table.build();
    }

    /** Tenths only where they tell something. */
    private static Number micros(HookRunner.Use use, double share) {
        double micros = use.spread().applyAsLong(share) / 1_000.0;
        return micros < 100 ? (Number) (Math.round(micros * 10) / 10.0) : (Number) Math.round(micros);
    }
}
