package mta.queue.admin;

import java.util.Locale;
import java.util.Optional;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Job;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.queue.QueueComponent;
import mta.queue.dispatch.Dispatch;
import mta.queue.dispatch.Operations;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verbs of the queue as a Gogo command service. Called on the console's threads. */
@Component(
        service = QueueCommands.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=queue",
            "osgi.command.function=paths",
            "osgi.command.function=why",
            "osgi.command.function=explain",
            "osgi.command.function=jobs",
            "mta.help=queue summary|[DIMENSION]|what is queued, by state, tenant, campaign, destination, class, site or"
                    + " queue|queue summary destination",
            "mta.help=queue list|[FILTER] [--limit N]|queued messages|queue list tenant=acme age>1d --limit 20",
            "mta.help=queue show|ID|a message: state, recipients, last replies, next attempt, header|queue show 01JD3W8Q0B2KM",
            "mta.help=queue suspend|FILTER [--dry-run]|keep queues back, also mail that comes later; survives a"
                    + " restart|queue suspend destination=*.example",
            "mta.help=queue resume|FILTER [--dry-run]|take suspensions back|queue resume destination=*.example",
            "mta.help=queue rules||suspensions and redirections in force|queue rules",
            "mta.help=queue retry|FILTER [--dry-run]|try mail now, whatever it waits for|queue retry destination=one.example",
            "mta.help=queue bounce|FILTER [--reason TEXT] [--dry-run]|return mail to its senders|queue bounce"
                    + " campaign=old --reason 'campaign was stopped'",
            "mta.help=queue drop|FILTER [--dry-run]|remove mail; nobody is told|queue drop id=01JD3W8Q0B2KM",
            "mta.help=queue hold|FILTER [--reason TEXT] [--dry-run]|keep messages until they are released|queue hold"
                    + " sender=@x.example",
            "mta.help=queue release|FILTER [--dry-run]|let held messages go|queue release state=held tenant=acme",
            "mta.help=queue redirect|FILTER --to ROUTE or --off|send mail elsewhere; by tenant, campaign and destination"
                    + " also mail that comes later|queue redirect destination=one.example --to [relay.example]:587",
            "mta.help=queue priority|FILTER N|0 is served first, 9 last|queue priority campaign=reset 0",
            "mta.help=paths|[SITE]|ways out: connections, rate, backoff, last reply|paths mx.example.com",
            "mta.help=why|DESTINATION|why mail to a destination is stuck|why example.com",
            "mta.help=explain|TENANT DESTINATION [CAMPAIGN]|every setting that holds, and who set it|explain acme example.com",
            "mta.help=jobs|[cancel N]|long actions: progress, results|jobs cancel 3"
        })
public final class QueueCommands {

    private final QueueVerbs queueVerbs;
    private final PathVerbs pathVerbs;
    private final Jobs jobs = new Jobs();

    @Activate
    public QueueCommands(@Reference QueueComponent queue) {
        this(queue.dispatch());
    }

    public QueueCommands(Dispatch dispatch) {
        var operations = new Operations(dispatch);
        this.queueVerbs = new QueueVerbs(operations, jobs);
        this.pathVerbs = new PathVerbs(operations);
    }

    public Object queue(String[] arguments) {
        return queueVerbs.run(arguments);
    }

    public Object paths(String[] arguments) {
        return pathVerbs.paths(arguments);
    }

    public Object why(String[] arguments) {
        return pathVerbs.why(arguments);
    }

    public Object explain(String[] arguments) {
        return pathVerbs.explain(arguments);
    }

    public Object jobs(String[] arguments) {
        if (arguments.length == 2 && arguments[0].equals("cancel") && arguments[1].matches("[0-9]{1,9}")) {
            Optional<Jobs.Numbered> job = jobs.find(Integer.parseInt(arguments[1]));
            job.ifPresent(Job::cancel);
            return job.isPresent() ? "cancelled: " + job.get().title() : Refusal.of("no job " + arguments[1]);
        }
        if (arguments.length > 0) {
            return Refusal.usage("jobs, or jobs cancel N");
        }
        var table = Table.of(Column.number("job"), Column.time("started"), Column.text("what"), Column.text("state"));
        for (Jobs.Numbered job : jobs.all()) {
            table.row(job.number, job.started, job.title(), state(job.state()));
        }
        return table.build();
    }

    private static String state(Job.State state) {
        return switch (state) {
            case Job.Running running -> "running, " + running.done() + " %";
            case Job.Done done -> "done: " + done.answer();
            case Job.Cancelled cancelled -> "cancelled: " + cancelled.summary();
            case Job.Failed failed -> "failed: " + failed.reason().toLowerCase(Locale.ROOT);
        };
    }
}
