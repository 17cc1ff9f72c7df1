package mta.testkit.plugin;

import java.time.Instant;
import java.util.Optional;
import mta.plugins.api.routing.Placement;

/** A placement with the defaults of a new message. For one thread. */
public final class TestPlacement implements Placement {

    final Edits edits = new Edits();
    private String tenant = "default";
    private String campaign = "";
    private int priority = 5;
    private Optional<Instant> notBefore = Optional.empty();
    private Optional<Instant> expires = Optional.empty();
    private Optional<String> transport = Optional.empty();
    private Optional<String> pool = Optional.empty();
    private Optional<String> route = Optional.empty();

    @Override
    public String tenant() {
        return tenant;
    }

    @Override
    public String campaign() {
        return campaign;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public Optional<Instant> notBefore() {
        return notBefore;
    }

    @Override
    public Optional<Instant> expires() {
        return expires;
    }

    @Override
    public Optional<String> transport() {
        return transport;
    }

    @Override
    public Optional<String> pool() {
        return pool;
    }

    @Override
    public Optional<String> route() {
        return route;
    }

    @Override
    public Placement tenant(String name) {
        return edit("tenant " + name, () -> tenant = name);
    }

    @Override
    public Placement campaign(String name) {
        return edit("campaign " + name, () -> campaign = name);
    }

    @Override
    public Placement priority(int value) {
        if (value < 0 || value > 9) {
            throw new IllegalArgumentException("a priority is 0 to 9, not " + value);
        }
        return edit("priority " + value, () -> priority = value);
    }

    @Override
    public Placement notBefore(Instant when) {
        return edit("notBefore " + when, () -> notBefore = Optional.of(when));
    }

    @Override
    public Placement expires(Instant when) {
        return edit("expires " + when, () -> expires = Optional.of(when));
    }

    @Override
    public Placement transport(String name) {
        return edit("transport " + name, () -> transport = Optional.of(name));
    }

    @Override
    public Placement pool(String name) {
        return edit("pool " + name, () -> pool = Optional.of(name));
    }

    @Override
    public Placement route(String to) {
        return edit("route " + to, () -> route = Optional.of(to));
    }

    private Placement edit(String what, Runnable edit) {
        edits.edit(what, edit);
        return this;
    }
}
