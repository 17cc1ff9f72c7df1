package plugins.script;

import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;

/** The same in JavaScript. */
final class FaultyScript {

    private FaultyScript() {}

    static String text(String name, Class<?> point, String stage, Fault fault, String silent) {
        String edits = fault == Fault.LEAKS ? "" : "try { edit(args); } catch (e) { /* a stage that only reads */ }";
        String function = "(...args) { " + edits + " " + fault.script + " }";
        return "const edit = args => { for (const one of args) { "
                + "if (one && one.prependHeader) one.prependHeader(mta.header('" + FaultyJava.LEAK + "', 'script')); "
                + "else if (one && one.body && one.headers) one.headers().prepend(mta.header('" + FaultyJava.LEAK
                + "', 'script')); } };\n"
                + "export default { name: '" + name + "', api: 1, config: { silent: '" + silent + "' },\n"
                + group(point, stage, function) + " };\n";
    }

    private static String group(Class<?> point, String stage, String function) {
        if (point == Policy.class) {
            return "policy: { Table" + function + " }";
        }
        String group = point == Reception.class
                ? "reception"
                : point == Routing.class
                        ? "routing"
                        : point == Delivery.class ? "delivery" : point == RecordSink.class ? "recordSink" : "?";
        return group + ": { " + stage + function + " }";
    }
}
