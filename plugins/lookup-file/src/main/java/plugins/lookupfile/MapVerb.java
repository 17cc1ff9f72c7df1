package plugins.lookupfile;

import java.util.Comparator;
import java.util.List;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The console verb {@code lookup-file}. Runs on the console's thread. */
@Component(
        service = MapVerb.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=lookup-file",
            "mta.help=lookup-file||the maps, their files, how many entries, and why a change was refused|lookup-file"
        })
public final class MapVerb {

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<FileLookup> lookups = List.of();

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) {
        if (words.length > 1) {
            return Refusal.usage("lookup-file");
        }
        Table.Builder table = Table.of(
                Column.text("plugin"),
                Column.text("query"),
                Column.text("file"),
                Column.number("entries"),
                Column.text("state"),
                Column.text("reason"));
        lookups.stream()
                .sorted(Comparator.comparing(FileLookup::name))
                .forEach(lookup -> lookup.maps()
                        .forEach(map -> table.row(
                                "lookup-file." + lookup.name(),
                                map.query(),
                                map.file().toString(),
                                map.size().orElse(0),
                                state(map),
                                map.refusal().orElse(""))));
        return table.build();
    }

    private static String state(LiveMap map) {
        return map.refusal().isEmpty() ? "live" : map.size().isPresent() ? "live, change refused" : "cannot tell";
    }
}
