package mta.core.metrics;

import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console's {@code metrics}. Runs on the console's thread. */
@Component(
        service = MetricsCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=metrics",
            "mta.help=metrics|[PREFIX]|the meters whose name begins with the prefix|mta metrics listener."
        })
public final class MetricsCommand {

    private final Meters meters;

    @Activate
    public MetricsCommand(@Reference Meters meters) {
        this.meters = meters;
    }

    public Object metrics(String[] arguments) {
        if (arguments.length > 1) {
            return Refusal.usage("metrics [PREFIX]");
        }
        var table = Table.of(
                Column.text("meter"),
                Column.number("value"),
                Column.number("p50"),
                Column.number("p99"),
                Column.number("max"));
        for (Meters.Reading reading : meters.readings(arguments.length == 0 ? "" : arguments[0])) {
            String name = reading.meter().toString();
            switch (reading) {
                case Meters.Value value -> table.row(name, value.value(), Table.NONE, Table.NONE, Table.NONE);
                case Meters.Spread(var meter, var spread) ->
                    table.row(name, spread.count(), spread.percentile(50), spread.percentile(99), spread.max());
            }
        }
        return table.note("the value of a histogram is how many values it has seen")
                .build();
    }
}
