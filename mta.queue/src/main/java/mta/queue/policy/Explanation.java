package mta.queue.policy;

import java.util.List;
import java.util.Optional;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Table;

/** Every setting that holds for somebody's mail, with the scope that set it. */
public final class Explanation {

    private Explanation() {}

    /** @param sites the sites and sources in use, whose paths may have settings of their own; may be empty */
    public static Table of(Policies policies, String tenant, String campaign, String destination, List<Facts> sites) {
        var table = Table.of(Column.text("setting"), Column.text("value"), Column.text("set_by"), Column.text("for"));
        Facts queue = Facts.queue(tenant, campaign, destination);
        rows(table, policies.effective(queue), true, "queue");
        List<Facts> paths = sites.isEmpty() ? List.of(Facts.path(tenant, destination, "", "")) : sites;
        for (Facts path : paths) {
            String place = path.site().isEmpty() ? "path" : path.site() + " via " + path.source();
            rows(table, policies.effective(path), false, place);
        }
        if (policies.askedElsewhere()) {
            table.note("policy plugins are asked first; what they answer is not shown here");
        }
        return table.build();
    }

    private static void rows(Table.Builder table, Effective effective, boolean ofQueue, String place) {
        for (Setting setting : Setting.values()) {
            if (setting.ofQueue() == ofQueue) {
                Optional<Scope> scope = effective.scope(setting);
                table.row(
                        setting.key(),
                        effective.text(setting),
                        scope.map(Explanation::setBy).orElse("default"),
                        place);
            }
        }
    }

    private static String setBy(Scope scope) {
        String condition = scope.condition();
        return condition.isEmpty() ? scope.origin() : scope.origin() + " (" + condition + ")";
    }
}
