package mta.queue.dispatch;

import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Selector;
import mta.queue.index.QueueKey;
import mta.queue.policy.Policies.QueueRules;

/**
 * The mail of one tenant and campaign for one destination. Fields without a word are guarded by the lock of the ledger;
 * the rules are set by the thread that asked for them.
 */
final class Queue implements Selector {

    /** Where its mail stands on its way to a path. */
    enum Standing {
        /** Nobody has asked where its destination is served. */
        NEW,
        /** A thread is asking. */
        ROUTING,
        /** Its mail goes to {@link #shares}. */
        ROUTED,
        /** It could not be told; asked again at {@link #until}. */
        RESTING,
        /** Nobody takes its mail: what waits is being returned. */
        UNROUTABLE
    }

    /** A path and its part of the mail. */
    record Share(OutPath path, int weight) {}

    final QueueKey key;
    final Optional<String> transport;
    final Optional<String> pool;
    final Replies replies = new Replies();

    volatile QueueRules rules;
    volatile long rulesGeneration = -1;
    volatile long rulesAsked;

    /** Who has suspended it, if anybody. */
    boolean suspended;

    /** Where an operator has sent its mail, if anybody did. */
    Optional<String> redirect = Optional.empty();

    long steering = -1;
    Standing standing = Standing.NEW;
    long until;
    int failures;
    Optional<Reply> why = Optional.empty();
    List<Share> shares = List.of();
    private double[] credits = {};

    /** The list of what waits for a route, or -1. */
    int parked = -1;

    long parkedCount;
    boolean draining;
    long lastUsed;

    Queue(QueueKey key, QueueRules rules) {
        this.key = key;
        this.rules = rules;
        int slash = key.klass().indexOf('/');
        this.transport = word(slash < 0 ? key.klass() : key.klass().substring(0, slash));
        this.pool = word(slash < 0 ? "" : key.klass().substring(slash + 1));
    }

    private static Optional<String> word(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** The class of mail that was placed on a transport or a pool of its own. */
    static String klass(Optional<String> transport, Optional<String> pool) {
        return transport.isEmpty() && pool.isEmpty()
                ? ""
                : transport.orElse("") + pool.map(name -> "/" + name).orElse("");
    }

    String transportName() {
        return transport.orElse(rules.settings().transport());
    }

    String poolName() {
        return pool.orElse(rules.settings().pool());
    }

    /** What the transport is asked about. */
    String target() {
        return redirect.or(() -> rules.settings().route()).orElse(key.destination());
    }

    void shares(List<Share> list) {
        shares = list;
        credits = new double[list.size()];
    }

    /** The path of the next message: by weight, evenly spread. */
    OutPath next() {
        if (shares.size() == 1) {
            return shares.getFirst().path();
        }
        int best = 0;
        double sum = 0;
        for (int i = 0; i < credits.length; i++) {
            credits[i] += shares.get(i).weight();
            sum += shares.get(i).weight();
            if (credits[i] > credits[best]) {
                best = i;
            }
        }
        credits[best] -= sum;
        return shares.get(best).path();
    }

    @Override
    public String value(String name) {
        return switch (name) {
            case "tenant" -> key.tenant();
            case "campaign" -> key.campaign();
            case "destination" -> key.destination();
            case "transport" -> transportName();
            default -> "";
        };
    }
}
