package mta.core.intake;

import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import mta.core.intake.StoredMessage.Placed;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.routing.Placement;

/** The placement of a draft as one call sees it. */
final class PlacementView implements Placement {

    private final MailDraft draft;
    private final Call call;

    PlacementView(MailDraft draft, Call call) {
        this.draft = draft;
        this.call = call;
    }

    private Placement edit(UnaryOperator<Placed> change) {
        call.edit(() -> draft.place(change.apply(draft.placed())));
        return this;
    }

    @Override
    public String tenant() {
        return draft.placed().tenant();
    }

    @Override
    public String campaign() {
        return draft.placed().campaign();
    }

    @Override
    public int priority() {
        return draft.placed().priority();
    }

    @Override
    public Optional<Instant> notBefore() {
        return draft.placed().notBefore();
    }

    @Override
    public Optional<Instant> expires() {
        return draft.placed().expires();
    }

    @Override
    public Optional<String> transport() {
        return draft.placed().transport();
    }

    @Override
    public Optional<String> pool() {
        return draft.placed().pool();
    }

    @Override
    public Optional<String> route() {
        return draft.placed().route();
    }

    @Override
    public Placement tenant(String name) {
        return edit(p -> new Placed(
                name, p.campaign(), p.priority(), p.notBefore(), p.expires(), p.transport(), p.pool(), p.route()));
    }

    @Override
    public Placement campaign(String name) {
        return edit(p -> new Placed(
                p.tenant(), name, p.priority(), p.notBefore(), p.expires(), p.transport(), p.pool(), p.route()));
    }

    @Override
    public Placement priority(int priority) {
        if (priority < 0 || priority > 9) {
            throw new IllegalArgumentException("a priority is 0 to 9: " + priority);
        }
        return edit(p -> new Placed(
                p.tenant(), p.campaign(), priority, p.notBefore(), p.expires(), p.transport(), p.pool(), p.route()));
    }

    @Override
    public Placement notBefore(Instant when) {
        return edit(p -> p.withNotBefore(when));
    }

    @Override
    public Placement expires(Instant when) {
        return edit(p -> new Placed(
                p.tenant(),
                p.campaign(),
                p.priority(),
                p.notBefore(),
                Optional.of(when),
                p.transport(),
                p.pool(),
                p.route()));
    }

    @Override
    public Placement transport(String name) {
        return edit(p -> new Placed(
                p.tenant(),
                p.campaign(),
                p.priority(),
                p.notBefore(),
                p.expires(),
                Optional.of(name),
                p.pool(),
                p.route()));
    }

    @Override
    public Placement pool(String name) {
        return edit(p -> new Placed(
                p.tenant(),
                p.campaign(),
                p.priority(),
                p.notBefore(),
                p.expires(),
                p.transport(),
                Optional.of(name),
                p.route()));
    }

    @Override
    public Placement route(String route) {
        return edit(p -> new Placed(
                p.tenant(),
                p.campaign(),
                p.priority(),
                p.notBefore(),
                p.expires(),
                p.transport(),
                p.pool(),
                Optional.of(route)));
    }
}
