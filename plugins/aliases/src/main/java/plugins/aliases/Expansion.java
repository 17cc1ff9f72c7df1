package plugins.aliases;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.Lookup;

/** One recipient's expansion, level by level. For one thread and one use. */
final class Expansion {

    /** Which domains may have aliases. */
    @FunctionalInterface
    interface Ours {
        boolean test(String domain) throws Unresolved;
    }

    /** An alias that stands for too many, or for others too deep down. */
    static final class TooMuch extends Exception {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message);
        }
    }

    private final Lookup lookup;
    private final Ours ours;
    private final int depth;
    private final int most;

    /** Those who get mail, in the order in which they were found. */
    private final Set<Address> ends = new LinkedHashSet<>();

    private final Set<Address> seen = new HashSet<>();

    /** Whether some alias stands for nobody on purpose. */
    private boolean nobody;

    Expansion(Lookup lookup, Ours ours, int depth, int most) {
        this.lookup = lookup;
        this.ours = ours;
        this.depth = depth;
        this.most = most;
    }

    /**
     * Empty: it is no alias. An address that stands for itself among others (a copy is kept) is an end; aliases that only
     * lead round in a circle lead to nobody, which is an error of whoever made them.
     */
    Optional<List<Address>> of(Address address) throws Unresolved, TooMuch {
        Optional<List<Address>> first = targets(address);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        seen.add(address);
        List<Address> level = next(address, first.get());
        for (int deep = 1; !level.isEmpty(); deep++) {
            if (deep > depth) {
                throw new TooMuch("stands for others more than " + depth + " deep");
            }
            var below = new ArrayList<Address>();
            for (Address each : level) {
                Optional<List<Address>> targets = targets(each);
                if (targets.isEmpty()) {
                    end(each);
                } else {
                    below.addAll(next(each, targets.get()));
                }
            }
            level = below;
        }
        if (ends.isEmpty() && !nobody) {
            throw new TooMuch("leads round in a circle, to nobody");
        }
        return Optional.of(List.copyOf(ends));
    }

    private List<Address> next(Address from, List<Address> targets) throws TooMuch {
        nobody |= targets.isEmpty();
        var fresh = new ArrayList<Address>();
        for (Address target : targets) {
            if (target.equals(from)) {
                end(target);
            } else if (seen.add(target)) {
                fresh.add(target);
            }
        }
        if (seen.size() > most) {
            throw new TooMuch("stands for more than " + most + " others");
        }
        return fresh;
    }

    private void end(Address address) throws TooMuch {
        ends.add(address);
        if (ends.size() > most) {
            throw new TooMuch("stands for more than " + most + " others");
        }
    }

    private Optional<List<Address>> targets(Address address) throws Unresolved {
        return ours.test(address.domain()) ? lookup.find(new AliasFor(address)) : Optional.empty();
    }
}
